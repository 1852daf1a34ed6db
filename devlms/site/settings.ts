/** The settings of the site's administration that matter to who calls it. */
import type { Site } from './site.ts';

/** What an administrator has set. */
export interface Settings {
  readonly name: string;
  readonly shortName: string;
  /** `web` is set on the administration page and lets administrators in; `cli` answers 503 to everybody. */
  readonly maintenance: 'off' | 'web' | 'cli';
  readonly webServices: boolean;
  readonly restProtocol: boolean;
  /** Errors tell their `debuginfo`. */
  readonly debugging: boolean;
  readonly allowAccountsSameEmail: boolean;
  readonly extendedUsernameChars: boolean;
  /** How long a creation takes from looking whether an address is free to writing it down. */
  readonly creationMs: number;
  /** The address the site believes to have; null for the one it listens at. */
  readonly wwwroot: string | null;
}

const usual: Settings = {
  name: 'Development LMS',
  shortName: 'devlms',
  maintenance: 'off',
  webServices: true,
  restProtocol: true,
  debugging: false,
  allowAccountsSameEmail: false,
  extendedUsernameChars: false,
  creationMs: 0,
  wwwroot: null,
};

/** The settings as they are now. */
export function settingsOf({ database }: Site): Settings {
  const row = database.statement("SELECT value FROM settings WHERE name = 'site'").get();
  return { ...usual, ...(row ? JSON.parse(String(row.value)) : {}) };
}

/** Changes some of them. */
export function changeSettings(site: Site, change: Partial<Settings>): Settings {
  const settings = { ...settingsOf(site), ...change };
  site.database
    .statement("INSERT OR REPLACE INTO settings (name, value) VALUES ('site', ?)")
    .run(JSON.stringify(settings));
  return settings;
}

/** The site's address, as all its links have it. */
export const wwwroot = (site: Site, settings: Settings): string =>
  settings.wwwroot ?? site.live.origin;

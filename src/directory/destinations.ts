/** Destinations as an administrator adds them and changes their settings. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import { settingsOf } from '../provisioning/connect.ts';
import type { Connector, Settings } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { defaultPolicy } from '../provisioning/policy.ts';
import { insertActivity } from '../store/activity.ts';
import { activate } from '../store/destination-switch.ts';
import { insertDestination, updateSettings } from '../store/destinations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { transaction } from '../store/statement.ts';
import { changesBetween } from './changes.ts';
import type { DestinationChange } from './destination-changes.ts';
import { readSettings, type SettingFault, split } from './destination-settings.ts';
import { newDestinationId } from './ids.ts';
import type { By } from './tokens.ts';

/** What settings are stored with. */
export interface SettingsWorld {
  readonly pool: pg.Pool;
  readonly secrets: SecretBox;
}

/** A destination about to be added. */
export interface NewDestination extends By {
  readonly tenantId: string;
  readonly connector: Connector;
  readonly name: string;
  /** As somebody gave them: checked here. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether it is worked on from the beginning, or once somebody activates it. */
  readonly state: 'active' | 'paused';
  /** `policies`: nobody is in scope until an App Login Policy assigns a group. */
  readonly scope?: 'everybody' | 'policies';
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

/** The destination, or all that is wrong with its settings: then nothing was changed. */
export type DestinationSaved =
  | { readonly kind: 'saved'; readonly destinationId: string }
  | { readonly kind: 'faulty'; readonly faults: readonly SettingFault[] };

/** Adds a destination, with the policy that its kind begins with. A shop is added with its tenant. */
export async function addDestination(
  { pool, secrets }: SettingsWorld,
  { tenantId, connector, name, settings, state, scope, actor, requestId }: NewDestination,
): Promise<DestinationSaved> {
  if (connector.sells === true) {
    const detail = 'is what a tenant begins with: make another tenant for another shop';
    return { kind: 'faulty', faults: [{ setting: 'connector', detail }] };
  }
  const read = readSettings(connector, settings, null);
  if (read.faults !== undefined) return { kind: 'faulty', faults: read.faults };
  const id = newDestinationId();
  const stored = split(connector, read.settings, { of: { tenantId, id }, box: secrets });
  const usual = defaultPolicy(connector);
  const policy = scope === 'policies' ? { ...usual, groups: [] } : usual;
  await transaction(pool, async (client) => {
    const made = { tenantId, id, connector: connector.name, name, policy, ...stored };
    await insertDestination(client, { ...made, state: 'paused' });
    if (state === 'active') await activate(client, { tenantId, destinationId: id });
    const line = { id: uuidv7(), kind: 'destination.create', outcome: 'done', destinationId: id };
    await insertActivity(client, tenantId, { ...line, actor, requestId });
  });
  return { kind: 'saved', destinationId: id };
}

/** Gives a destination other settings; secrets that are left out stay, where the address does. One in quarantine is tried with them. */
export async function changeSettings(
  { pool, secrets }: SettingsWorld,
  { destination, connector, actor, requestId }: DestinationChange,
  given: Readonly<Record<string, unknown>>,
): Promise<DestinationSaved> {
  const { tenantId, id } = destination;
  const before = openedOr(destination.settings, () => settingsOf(destination, secrets));
  const read = readSettings(connector, given, before);
  if (read.faults !== undefined) return { kind: 'faulty', faults: read.faults };
  const stored = split(connector, read.settings, { of: destination, box: secrets });
  await transaction(pool, async (client) => {
    const key = { tenantId, destinationId: id };
    await updateSettings(client, key, stored.settings, stored.secrets);
    const shown = changesBetween(destination.settings, stored.settings);
    const sealed = connector.fields.filter(({ secret, name }) => secret && name in given);
    const detail = {
      ...shown,
      ...Object.fromEntries(sealed.map(({ name }) => [name, ['(secret)', '(secret)']])),
    };
    const line = { id: uuidv7(), kind: 'destination.settings', outcome: 'done', destinationId: id };
    await insertActivity(client, tenantId, { ...line, detail, actor, requestId });
  });
  return { kind: 'saved', destinationId: id };
}

/** Where the secrets cannot be opened any more, they are to be given again. */
function openedOr(shown: JsonObject, open: () => Settings): Settings {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof DestinationError)) throw error;
    return Object.fromEntries(
      Object.entries(shown).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
  }
}

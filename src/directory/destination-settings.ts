/** The settings of a destination: checked by its connector's fields, and parted into what may be shown and what is sealed. */
import { secretContext } from '../provisioning/connect.ts';
import type { Connector, Field, Settings } from '../provisioning/connector.ts';
import { storable } from '../scim/json.ts';
import type { SecretBox } from '../store/secret-box.ts';

/** What is wrong with one setting, in words that go on after its name. */
export interface SettingFault {
  readonly setting: string;
  readonly detail: string;
}

/** Settings as they are to be, or all that is wrong with them. */
export type SettingsRead =
  | { readonly settings: Settings; readonly faults?: never }
  | { readonly faults: readonly SettingFault[] };

const longest = 4_000;

/**
 * Reads settings as somebody gave them. What is empty or `null` is not set; a secret that is left out
 * stays as it is in `before`, unless it would be sent elsewhere than before: who may change an address need not know
 * the secrets, and is not to be told them. Pure.
 */
export function readSettings(
  { fields, sells }: Pick<Connector, 'fields' | 'sells'>,
  given: Readonly<Record<string, unknown>>,
  before: Settings | null,
): SettingsRead {
  const faults: SettingFault[] = unknownIn(fields, given);
  const settings: Record<string, string> = {};
  for (const field of fields) {
    const { name, secret, required, help } = field;
    const wanted = secret && given[name] === undefined ? before?.[name] : given[name];
    const value = typeof wanted === 'string' ? storable(wanted).trim() : (wanted ?? '');
    if (typeof value !== 'string' || value.length > longest)
      faults.push({ setting: name, detail: `must be a text of at most ${longest} characters` });
    else if (value !== '') {
      settings[name] = value;
      const wrong = misfit(field, value);
      if (wrong !== null) faults.push({ setting: name, detail: wrong });
    } else if (required) faults.push({ setting: name, detail: `must be given. ${help}` });
  }
  if (before !== null && goesElsewhere(fields, before, settings))
    faults.push(...kept(fields, given, before));
  if (sells === true && before !== null && faults.length === 0 && settings.shop !== before.shop)
    faults.push({ setting: 'shop', detail: 'stays: another shop is a tenant of its own' });
  return faults.length === 0 ? { settings } : { faults };
}

/** Why a value does not fit its field; `null` where it does. */
function misfit({ choices, whole }: Field, value: string): string | null {
  const values = choices?.map((one) => one.value).filter((one) => one !== '');
  if (values !== undefined && !values.includes(value))
    return `must be ${values.join(' or ')}, or left empty`;
  if (whole === undefined || (/^\d{1,9}$/.test(value) && isWithin(Number(value), whole)))
    return null;
  return `must be a whole number from ${whole.from} to ${whole.to}, or left empty`;
}

const isWithin = (number: number, { from, to }: { readonly from: number; readonly to: number }) =>
  number >= from && number <= to;

/** Whether there is an address that was not there before. One that is gone has nothing sent to it. */
function goesElsewhere(fields: readonly Field[], before: Settings, after: Settings): boolean {
  return fields.some(({ name, address }) => {
    const now = after[name];
    return address === true && now !== undefined && hostOf(now) !== hostOf(before[name] ?? '');
  });
}

/** What a setting says about where requests go: an address's scheme, host and port, else all of it. */
function hostOf(text: string): string {
  const origin = URL.parse(text)?.origin ?? 'null';
  return origin === 'null' ? text : origin;
}

/** The secrets that would stay as they are. */
function kept(
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
  before: Settings,
): SettingFault[] {
  return fields
    .filter(({ name, secret }) => secret && given[name] === undefined && name in before)
    .map(({ name }) => ({
      setting: name,
      detail: 'must be given again, as the address changed',
    }));
}

function unknownIn(
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
): SettingFault[] {
  const names = fields.map(({ name }) => name);
  return Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((setting) => ({ setting, detail: `is not known here: there are ${names.join(', ')}` }));
}

/** Separates what may be shown from what is sealed, by the connector's fields. */
export function split(
  { fields }: Pick<Connector, 'fields'>,
  values: Settings,
  { of, box }: { readonly of: Parameters<typeof secretContext>[0]; readonly box: SecretBox },
): { readonly settings: Settings; readonly secrets: string } {
  const secret = new Set(fields.flatMap(({ name, secret }) => (secret ? [name] : [])));
  const pick = (wanted: boolean) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => secret.has(name) === wanted));
  return {
    settings: pick(false),
    secrets: box.seal(JSON.stringify(pick(true)), secretContext(of)),
  };
}

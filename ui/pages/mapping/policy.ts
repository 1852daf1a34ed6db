/** A destination's policy as the page shows and changes it. */

/** Where a value of the destination comes from. */
export interface MappingRule {
  readonly to: string;
  readonly from?: string | readonly string[];
  readonly constant?: string;
  readonly when?: string;
  readonly transform?: string;
  readonly only?: 'create';
}

/** A group, known by its id. */
export interface GroupRef {
  readonly source: string;
  readonly id: string;
  readonly name: string;
}

/** For whom a rule is. */
export type When =
  | { readonly group: GroupRef }
  | { readonly filter: string }
  | { readonly source: string };

/** What some are given. */
export interface Rule {
  readonly when: When;
  readonly memberships: readonly string[];
}

/** What becomes of an account whose person left. */
export type Leave = 'keep' | 'deactivate' | 'delete' | 'erase';

/** Groups that are made at the destination; what is sent of them is switched on the application's page. */
export interface Push {
  readonly mapping: readonly MappingRule[];
}

/** What the page changes of a policy; the rest goes back as it came. */
export interface Policy {
  readonly scope: string | null;
  readonly groups: readonly GroupRef[] | null;
  readonly mapping: readonly MappingRule[];
  readonly match: readonly ('key' | 'email' | 'phone')[];
  readonly writes: { readonly create: boolean; readonly update: boolean };
  readonly accounts: 'everybody' | 'members';
  readonly drift: 'correct' | 'report';
  readonly leave: Leave;
  readonly settleMs: number;
  readonly guard: { readonly floor: number; readonly share: number };
  readonly memberships: readonly string[];
  readonly rules: readonly Rule[];
  readonly push: Push | null;
}

/** A field of the destination. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly metafield: string | null;
}

/** An attribute that an identity provider may send. */
export interface SourceAttribute {
  readonly path: string;
  readonly description: string;
  readonly schema: { readonly id: string; readonly name: string };
  readonly custom: boolean;
}

/** Attributes that are entered by name. */
export interface OtherAttributes {
  /** What their names begin with, left out where they are entered. */
  readonly prefix: string;
  readonly label: string;
  readonly help: string;
}

/** The schema extension that an attribute is of, shortened where everybody knows what it begins with. */
function schemaOf(to: string): string | null {
  const [, urn] = /^(urn:.*):/.exec(to) ?? [];
  return urn?.replace(/^urn:ietf:params:scim:schemas:(extension:)?/, '') ?? null;
}

/** What an attribute is called, and of which kind it is where it is not the account's own. */
export function wordsOfField(
  { attributes, otherAttributes: others }: Pick<Fields, 'attributes' | 'otherAttributes'>,
  to: string,
): { readonly label: string; readonly kind: string | null } {
  const field = attributes.find(({ name }) => name === to);
  const schema = schemaOf(to);
  if (field !== undefined)
    return { label: field.label, kind: field.metafield === null ? schema : 'Metafield' };
  if (others === null || others.prefix === '' || !to.startsWith(others.prefix))
    return { label: schema === null ? to : wordsOfPath(to), kind: schema };
  return { label: to.slice(others.prefix.length), kind: others.label };
}

/** What a mapping is drawn from. */
export interface Fields {
  readonly attributes: readonly Field[];
  /** Of which there are as many as somebody names; `null`: there are no others. */
  readonly otherAttributes: OtherAttributes | null;
  readonly transforms: readonly string[];
  readonly sources: readonly SourceAttribute[];
}

/** All that the page is drawn from. */
export interface Form extends Fields {
  readonly policy: Policy;
  readonly connector: { readonly name: string; readonly title: string };
  readonly membershipHelp: string | null;
  /** What the mapping of groups is drawn from; `null` where none can be made. */
  readonly groups: Omit<Fields, 'transforms'> | null;
}

const transformWords: Readonly<Record<string, string>> = {
  lower: 'In lower case',
  upper: 'In upper case',
  country: 'As a country code, like GB',
  region: 'As the code of a state or province, like CA',
  language: 'As a language, like en',
  firstLine: 'Its first line only',
  otherLines: 'All lines after the first',
};

/** A transform in words. */
export const wordsOfTransform = (name: string): string => transformWords[name] ?? name;

/** An attribute's path in words: `addresses.locality` is "Addresses: locality". */
export function wordsOfPath(path: string): string {
  const plain = path
    .replace(/^urn:.*:/, '')
    .replace(/\.value$/, '')
    .replace(/\[type eq "([^"]*)"\]/g, ' ($1)');
  const [first = '', last] = plain.split('.');
  if (last === undefined) return spaced(first);
  return first === 'name' ? spaced(last) : `${spaced(first)}: ${spaced(last).toLowerCase()}`;
}

function spaced(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, (_, one, other) => `${one} ${other.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The paths of a rule, tried one after the other. */
export const pathsOf = ({ from }: MappingRule): readonly string[] =>
  from === undefined ? [] : [from].flat();

/** Where a value comes from, in words. */
export function wordsOfSource(rule: MappingRule): string {
  if (rule.constant !== undefined) return `Always “${rule.constant}”`;
  return pathsOf(rule).map(wordsOfPath).join(', else ') || 'Nothing';
}

/** Whether two policies say the same. */
export function isSame(one: Policy, other: Policy): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

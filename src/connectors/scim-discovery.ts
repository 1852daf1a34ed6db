/** What a SCIM server says that it can (RFC 7644 §4), in words for who tests the connection. */
import type { Call, Mapped, Trait } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type Api, refusalOf } from './scim-api.ts';
import type { Updates } from './scim-deviations.ts';
import { ofGroup, ofUser, type Place, placeOf, type Resource } from './scim-resource.ts';

/** A document of discovery, or why there is none. */
type Told =
  | { readonly kind: 'told'; readonly json: Resource }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

/** The three documents of a server. */
export interface Discovery {
  readonly config: Told;
  readonly resourceTypes: Told;
  readonly schemas: Told;
}

/** How we go about it, whatever the server says. */
export interface Ways {
  readonly users: Way;
  readonly groups: Way;
  readonly mapped: Mapped;
}

/** How resources of a kind are changed. */
export interface Way {
  readonly updates: Updates;
  /** As somebody declared it, and not as the server says. */
  readonly declared: boolean;
}

/** Reads the three documents. One that cannot be read fails nothing: to provision none of them is needed. */
export async function discover(api: Api, call: Call): Promise<Discovery> {
  const told = (path: string): Promise<Told> =>
    api.send({ method: 'GET', path }, call).then(
      (json): Told => (json === null ? { kind: 'absent' } : { kind: 'told', json }),
      (error: unknown): Told => {
        if (refusalOf(error) !== null) return { kind: 'absent' };
        if (error instanceof DestinationError) return { kind: 'failed', message: error.message };
        throw error;
      },
    );
  const [config, resourceTypes, schemas] = await Promise.all(
    ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'].map(told),
  );
  if (config === undefined || resourceTypes === undefined || schemas === undefined)
    throw new Error('a document of discovery was not asked for');
  return { config, resourceTypes, schemas };
}

const trait = (label: string, value: string, warning = false): Trait => ({ label, value, warning });

/** What there is to tell. Pure. */
export function traitsOf(discovery: Discovery, ways: Ways): readonly Trait[] {
  const { config, resourceTypes, schemas } = discovery;
  const every = [config, resourceTypes, schemas];
  if (every.every(({ kind }) => kind === 'absent'))
    return [
      trait(
        'Discovery',
        'It does not say what it can: Rollcall works with what is usual, and with what is declared in the settings.',
      ),
      ...updatesTraits(ways, null),
    ];
  return [
    ...document('ServiceProviderConfig', config, (json) => configTraits(json, ways)),
    ...document('Resource types', resourceTypes, (json) => [
      trait('Resource types', resourceTypesWords(membersOf(json))),
    ]),
    ...document('Schemas', schemas, (json) => schemaTraits(membersOf(json), ways)),
  ];
}

function document(
  label: string,
  told: Told,
  traits: (json: Resource) => readonly Trait[],
): readonly Trait[] {
  if (told.kind === 'told') return traits(told.json);
  return [trait(label, told.kind === 'absent' ? 'It has none.' : told.message)];
}

/** The resources of a list. */
function membersOf({ Resources }: Resource): readonly Resource[] {
  return isArray(Resources) ? Resources.filter(isObject) : [];
}

function configTraits(config: Resource, ways: Ways): readonly Trait[] {
  const part = (name: string): Resource => {
    const value = config[name];
    return isObject(value) ? value : {};
  };
  const can = (name: string) => part(name).supported === true;
  const yes = (name: string) => (can(name) ? 'Yes' : 'No');
  const { maxOperations, maxPayloadSize } = part('bulk');
  const bulk = can('bulk')
    ? `Yes${limits([count(maxOperations, 'operations'), count(maxPayloadSize, 'bytes')], ' a request')}`
    : 'No';
  const filter = can('filter')
    ? `Yes${limits([count(part('filter').maxResults, 'results')], '')}`
    : 'No: people who are there already may not be found';
  const { authenticationSchemes } = config;
  const schemes = isArray(authenticationSchemes) ? authenticationSchemes.filter(isObject) : [];
  const names = schemes.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  return [
    trait('PATCH', yes('patch')),
    ...updatesTraits(ways, can('patch')),
    trait('Bulk', bulk),
    trait('Filter', filter, !can('filter')),
    trait('Sort', yes('sort')),
    trait('ETag', yes('etag')),
    trait('Paging', pagingWords(part('pagination'))),
    ...(names.length === 0 ? [] : [trait('Signing in', names.join(', '))]),
  ];
}

const updatesTraits = ({ users, groups }: Ways, can: boolean | null): readonly Trait[] => [
  trait('Updates of users', updatesWords(users, can)),
  trait('Updates of groups', updatesWords(groups, can)),
];

function updatesWords({ updates, declared }: Way, can: boolean | null): string {
  const how = updates.toUpperCase();
  if (declared) return `By ${how}, as the settings declare`;
  return can === null ? `By ${how}` : `By ${how}, as it says`;
}

const count = (value: unknown, what: string): readonly string[] =>
  typeof value === 'number' && value > 0 ? [`${value.toLocaleString('en')} ${what}`] : [];

function limits(all: readonly (readonly string[])[], each: string): string {
  const known = all.flat();
  return known.length === 0 ? '' : `, up to ${known.join(' and ')}${each}`;
}

/** By index is what every server knows (RFC 7644 §3.4.2.4); by cursor is said (RFC 9865 §4). */
function pagingWords({ cursor, index, maxPageSize }: Resource): string {
  const ways = [
    ...(index === false ? [] : ['by index']),
    ...(cursor === true ? ['by cursor'] : []),
  ].join(' and ');
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}${limits([count(maxPageSize, 'a page')], '')}`;
}

function resourceTypesWords(types: readonly Resource[]): string {
  const words = types.map(({ name, id, endpoint, schemaExtensions }) => {
    const extensions = isArray(schemaExtensions) ? schemaExtensions.filter(isObject) : [];
    const others = extensions.map(({ schema }) => shortOf(String(schema)));
    return `${String(name ?? id)} (${[String(endpoint), ...others.map((one) => `with ${one}`)].join(', ')})`;
  });
  return words.length === 0 ? 'None' : words.join('; ');
}

/** The last words of a URN, which people know it by. */
function shortOf(urn: string): string {
  return urn.replace(/^urn:ietf:params:scim:schemas:/i, '');
}

function schemaTraits(schemas: readonly Resource[], ways: Ways): readonly Trait[] {
  const words = schemas.map((schema) => {
    const attributes = attributesOf(schema).length;
    const how = attributes === 1 ? '1 attribute' : `${attributes} attributes`;
    return `${String(schema.name ?? schema.id)} (${how})`;
  });
  const unknown = unknownTo(schemas, ways.mapped);
  return [
    trait('Schemas', words.length === 0 ? 'None' : words.join('; ')),
    ...(unknown.length === 0
      ? []
      : [
          trait(
            'Not in its schemas',
            `${unknown.join(', ')}: it may leave out or refuse what is written there`,
            true,
          ),
        ]),
  ];
}

const attributesOf = ({ attributes, subAttributes }: Resource): readonly Resource[] => {
  const all = attributes ?? subAttributes;
  return isArray(all) ? all.filter(isObject) : [];
};

type Placed = readonly [name: string, place: Place | null];

/** What every account has besides what is mapped. */
const always: readonly Placed[] = ['emails', 'active'].map((attribute) => [
  attribute,
  { schema: null, attribute, among: null, sub: null },
]);

/** Which of these attributes no schema of a server has; none where it does not say what a user, or a group, is. Pure. */
export function unknownTo(
  schemas: readonly Resource[],
  { users, groups }: Mapped,
): readonly string[] {
  const ofUsers = users.map((name): Placed => [name, placeOf(name)]);
  const ofGroups = groups.map((name): Placed => [`${name} of groups`, placeOf(name, ofGroup)]);
  return [
    ...notAmong(schemas, ofUser.schema, [...ofUsers, ...always]),
    ...notAmong(schemas, ofGroup.schema, ofGroups),
  ];
}

function notAmong(
  schemas: readonly Resource[],
  core: string,
  places: readonly Placed[],
): readonly string[] {
  const named = <Of extends Resource>(all: readonly Of[], key: string, name: string) =>
    all.find((one) => String(one[key]).toLowerCase() === name.toLowerCase());
  if (named(schemas, 'id', core) === undefined) return [];
  return places.flatMap(([name, place]) => {
    if (place === null) return [];
    const { attribute, sub } = place;
    const schema = named(schemas, 'id', place.schema ?? core);
    const found = schema && named(attributesOf(schema), 'name', attribute);
    const known =
      found !== undefined &&
      (sub === null || named(attributesOf(found), 'name', sub) !== undefined);
    return known ? [] : [name];
  });
}

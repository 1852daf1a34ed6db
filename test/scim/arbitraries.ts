/** Generators of users and of filters on them, from few words so that filters do match. */
import fc from 'fast-check';
import { COMPARE_OPERATORS, type Filter } from '../../src/scim/filter.ts';
import { type AttributePath, parseAttributePath } from '../../src/scim/path.ts';
import {
  groupType,
  type ResourceType,
  resourceType,
  userType,
} from '../../src/scim/resource-types.ts';
import { attributeSet, complex, type Schema, simple } from '../../src/scim/schema.ts';
import type { Sort } from '../../src/scim/sort.ts';

/** An extension with an attribute of every type that the core schemas do not have. */
export const employmentSchema: Schema = {
  id: 'urn:example:params:scim:schemas:employment:2.0:User',
  name: 'Employment',
  description: 'Employment',
  attributes: attributeSet([
    simple('level', 'An integer.', { type: 'integer' }),
    simple('score', 'A decimal.', { type: 'decimal' }),
    simple('hiredAt', 'A dateTime.', { type: 'dateTime' }),
    simple('badge', 'A binary.', { type: 'binary' }),
    simple('remote', 'A boolean.', { type: 'boolean' }),
    simple('tags', 'Strings.', { multiValued: true, caseExact: true }),
    complex(
      'projects',
      'A complex attribute with a multi-valued sub-attribute.',
      [simple('value', 'A string.'), simple('skills', 'Strings.', { multiValued: true })],
      { multiValued: true },
    ),
  ]),
};

export const employeeType: ResourceType = resourceType({
  ...userType,
  extensions: [...userType.extensions, { schema: employmentSchema, required: false }],
});

const words = fc.constantFrom(
  'ada',
  'Ada',
  'ADA Lovelace',
  'ada@example.com',
  'Grace@Example.com',
  'gr_ce',
  '100%',
  "o'malley",
  'a"b\\c',
  'line\nbreak',
  'Straße',
  'ΟΔΟΣ',
  'οδος',
  'İstanbul',
  '\u{1F600}x',
  '\uFF21x',
  '{}',
  'null',
);
const types = fc.constantFrom('work', 'Work', 'home', 'other');
const times = fc.constantFrom(
  '2026-01-31T12:00:00Z',
  '2026-01-31T13:00:00+01:00',
  '2026-01-31T12:00:00.001Z',
  '2026-01-31T12:00:00.0019999Z',
  '2026-01-31T12:00:00',
  '2024-02-29T24:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.9999999-14:00',
);
const numbers = fc.constantFrom(-1, 0, 1, 1.5, 2, 1e21, 0.1);
const integers = fc.constantFrom(-1, 0, 1, 2, 2 ** 53 - 1);
const base64 = fc.constantFrom('AQID', 'aqid', 'AQI=');

/** An object with any of the given members. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [], noNullPrototype: true });

/** An object with all of the given members. */
const whole = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });

function plural(value: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> {
  return fc
    .array(record({ value, type: types, display: words, primary: fc.constant(false) }), {
      maxLength: 3,
    })
    .chain((elements) =>
      fc
        .nat(3)
        .map((chosen) =>
          elements.map((element, index) =>
            index === chosen ? { ...element, primary: true } : element,
          ),
        ),
    );
}

/** Bodies of users, as a client would send them. */
export const userBodies: fc.Arbitrary<Record<string, unknown>> = whole({
  userName: words,
  rest: record({
    externalId: words,
    displayName: words,
    nickName: words,
    active: fc.boolean(),
    name: record({ givenName: words, familyName: words }),
    emails: plural(words),
    roles: plural(words),
    x509Certificates: plural(base64),
    addresses: fc.array(record({ region: words, type: types }), { maxLength: 2 }),
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': record({
      department: words,
      manager: record({ value: words }),
    }),
    [employmentSchema.id]: record({
      level: integers,
      score: numbers,
      hiredAt: times,
      badge: base64,
      remote: fc.boolean(),
      tags: fc.array(words, { maxLength: 2 }),
      projects: fc.array(record({ value: words, skills: fc.array(words, { maxLength: 2 }) }), {
        maxLength: 2,
      }),
    }),
  }),
}).map(({ userName, rest }) => ({ schemas: [userType.schema.id], userName, ...rest }));

/** Ids that members of generated groups, and filters on them, have in common. */
export const memberIds: readonly string[] = Array.from(
  { length: 20 },
  (_, index) => `0b8c7d1e-1111-4222-8333-0000000000${String(index + 10)}`,
);

/** What members are called that are nobody's id, as they are sent. */
export const strangers = ['nobody', 'NoBody2', '0b8c7d1e-9999-4222-8333-000000000000'];

type Kind = 'text' | 'boolean' | 'number' | 'time' | 'binary' | 'member';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const ATTRIBUTES: readonly (readonly [string, Kind])[] = [
  ['userName', 'text'],
  ['USERNAME', 'text'],
  [`${userType.schema.id}:userName`, 'text'],
  ['externalId', 'text'],
  ['displayName', 'text'],
  ['nickName', 'text'],
  ['active', 'boolean'],
  ['name.familyName', 'text'],
  ['emails', 'text'],
  ['emails.value', 'text'],
  ['emails.type', 'text'],
  ['emails.primary', 'boolean'],
  ['addresses.region', 'text'],
  ['x509Certificates.value', 'binary'],
  ['schemas', 'text'],
  ['id', 'text'],
  ['meta.resourceType', 'text'],
  ['meta.version', 'text'],
  ['meta.created', 'time'],
  ['meta.lastModified', 'time'],
  ['meta.location', 'text'],
  ['groups', 'member'],
  ['groups.value', 'member'],
  ['groups.display', 'text'],
  ['groups.type', 'text'],
  ['groups.$ref', 'text'],
  [`${ENTERPRISE}:department`, 'text'],
  [`${ENTERPRISE}:manager`, 'text'],
  [`${employmentSchema.id}:level`, 'number'],
  [`${employmentSchema.id}:score`, 'number'],
  [`${employmentSchema.id}:hiredAt`, 'time'],
  [`${employmentSchema.id}:badge`, 'binary'],
  [`${employmentSchema.id}:remote`, 'boolean'],
  [`${employmentSchema.id}:tags`, 'text'],
  [`${employmentSchema.id}:projects.skills`, 'text'],
  ['unknown', 'text'],
  ['urn:example:unknown:2.0:attribute', 'text'],
];

const PRESENT_ONLY = [
  ...['name', 'emails', 'addresses', `${ENTERPRISE}:manager`, 'name.middleName'],
  ...['groups', 'meta'],
];

type Named = readonly (readonly [string, Kind])[];

const META: readonly [string, Named] = [
  'meta',
  [
    ['resourceType', 'text'],
    ['created', 'time'],
    ['location', 'text'],
    ['version', 'text'],
  ],
];

const MEMBERSHIP: Named = [
  ['value', 'member'],
  ['display', 'text'],
  ['type', 'text'],
  ['$ref', 'text'],
];

const VALUE_PATHS: readonly (readonly [string, Named])[] = [
  META,
  ['groups', MEMBERSHIP],
  [
    'emails',
    [
      ['value', 'text'],
      ['type', 'text'],
      ['Primary', 'boolean'],
      ['display', 'text'],
    ],
  ],
  [
    'roles',
    [
      ['value', 'text'],
      ['primary', 'boolean'],
    ],
  ],
  ['name', [['givenName', 'text']]],
  ['addresses', [['region', 'text']]],
  [`${employmentSchema.id}:tags`, [['value', 'text']]],
  [
    `${employmentSchema.id}:projects`,
    [
      ['value', 'text'],
      ['skills', 'text'],
    ],
  ],
];

const URNS = fc.constantFrom(userType.schema.id, ENTERPRISE, employmentSchema.id.toUpperCase());

const VALUES: Record<Kind, fc.Arbitrary<string | number | boolean>> = {
  text: fc.oneof(
    { arbitrary: words, weight: 6 },
    { arbitrary: types, weight: 2 },
    { arbitrary: fc.constantFrom('', 'a', 'S', '@', '%', '_', 'User', 'W/"1"'), weight: 2 },
    { arbitrary: URNS, weight: 1 },
  ),
  boolean: fc.constantFrom(true, false, 'True', 'false'),
  number: numbers,
  time: times,
  binary: base64,
  member: fc.oneof(
    { arbitrary: fc.constantFrom(...memberIds, ...strangers), weight: 8 },
    { arbitrary: fc.constantFrom(...memberIds, ...strangers).map(upper), weight: 1 },
    { arbitrary: fc.constantFrom('', 'x', '-1111-'), weight: 1 },
  ),
};

function upper(text: string): string {
  return text.toUpperCase();
}

const OPERATORS: Record<Kind, readonly (typeof COMPARE_OPERATORS)[number][]> = {
  text: COMPARE_OPERATORS,
  boolean: ['eq', 'ne'],
  number: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  time: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  binary: ['eq', 'ne', 'co', 'sw', 'ew'],
  member: ['eq', 'eq', 'eq', ...COMPARE_OPERATORS],
};

function pathOf(text: string): AttributePath {
  return parseAttributePath(text) ?? { attribute: text };
}

function comparisons(attributes: Named): fc.Arbitrary<Filter> {
  return fc.constantFrom(...attributes).chain(([name, kind]) => {
    const path = pathOf(name);
    const compare = whole({
      kind: fc.constant('compare' as const),
      path: fc.constant(path),
      operator: fc.constantFrom(...OPERATORS[kind]),
      value: VALUES[kind],
    });
    const absent = whole({
      kind: fc.constant('compare' as const),
      path: fc.constant(path),
      operator: fc.constantFrom('eq' as const, 'ne' as const),
      value: fc.constant(null),
    });
    const present = fc.constant<Filter>({ kind: 'present', path });
    return fc.oneof(
      { arbitrary: compare, weight: 8 },
      { arbitrary: present, weight: 1 },
      { arbitrary: absent, weight: 1 },
    );
  });
}

/** Trees over the given terms; `depth` groups deep at most. */
function trees(terms: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { arbitrary: terms, weight: 3 },
      {
        arbitrary: whole({
          kind: fc.constantFrom('and' as const, 'or' as const),
          terms: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        }),
        weight: 2,
      },
      {
        arbitrary: whole({ kind: fc.constant('not' as const), filter: tie('tree') }),
        weight: 1,
      },
    ),
  }));
  return tree;
}

function valuePaths(paths: typeof VALUE_PATHS): fc.Arbitrary<Filter> {
  return fc.constantFrom(...paths).chain(([name, attributes]) =>
    whole({
      kind: fc.constant('valuePath' as const),
      path: fc.constant(pathOf(name)),
      filter: trees(comparisons(attributes)),
    }),
  );
}

function presences(names: readonly string[]): fc.Arbitrary<Filter> {
  return fc.constantFrom(...names).map((name) => ({ kind: 'present', path: pathOf(name) }));
}

interface Vocabulary {
  readonly attributes: Named;
  readonly valuePaths: typeof VALUE_PATHS;
  readonly presences: readonly string[];
}

function filtersOf(vocabulary: Vocabulary): fc.Arbitrary<Filter> {
  return trees(
    fc.oneof(
      { arbitrary: comparisons(vocabulary.attributes), weight: 6 },
      { arbitrary: valuePaths(vocabulary.valuePaths), weight: 3 },
      { arbitrary: presences(vocabulary.presences), weight: 1 },
    ),
  );
}

/** Filters that are valid for {@link employeeType}. */
export const filters: fc.Arbitrary<Filter> = filtersOf({
  attributes: ATTRIBUTES,
  valuePaths: VALUE_PATHS,
  presences: PRESENT_ONLY,
});

/** Filters that are valid for groups, and for users. */
export const groupFilters: fc.Arbitrary<Filter> = filtersOf({
  attributes: [
    ['displayName', 'text'],
    ['DisplayName', 'text'],
    [`${groupType.schema.id}:members.value`, 'member'],
    ['externalId', 'text'],
    ['members', 'member'],
    ['members.value', 'member'],
    ['members.display', 'text'],
    ['members.type', 'text'],
    ['members.$ref', 'text'],
    ['id', 'member'],
    ['schemas', 'text'],
    ['meta.resourceType', 'text'],
    ['meta.lastModified', 'time'],
    ['userName', 'text'],
    ['groups.value', 'member'],
  ],
  valuePaths: [META, ['members', MEMBERSHIP], ['MEMBERS', MEMBERSHIP]],
  presences: ['members', 'meta', 'groups', 'externalId'],
});

/** What a list may be sorted by. */
export const sorts: fc.Arbitrary<Sort> = whole({
  path: fc
    .constantFrom(
      ...ATTRIBUTES.map(([name]) => name),
      'members',
      'members.display',
      'emails.display',
    )
    .map(pathOf),
  descending: fc.boolean(),
});

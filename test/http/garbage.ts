/** Generators of requests that nobody should send: structured enough to come far, and wrong. */
import fc from 'fast-check';

/** A request, its path below the base URL of a source. */
export interface GarbageRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Ids that paths and bodies may name. */
export interface KnownIds {
  readonly user: string;
  readonly group: string;
  /** Those of another tenant. */
  readonly foreign: readonly string[];
}

const core = 'urn:ietf:params:scim:schemas:core:2.0';
const messages = 'urn:ietf:params:scim:api:messages:2.0';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const oddTexts = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202e',
  '%',
  "'; drop table resources; --",
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'bulkId:',
  'bulkId:a',
  'x'.repeat(20_000),
  '(a+)+$'.repeat(50),
  '9'.repeat(400),
  '2026-02-30T25:61:61Z',
  '-0001-01-01T00:00:00Z',
);

const oddNumbers = fc.constantFrom(-1, 0, -0, 1.5, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e-7);

const junk: fc.Arbitrary<unknown> = fc.oneof(
  oddTexts,
  oddTexts.map((text) => `/Users/${text}`),
  oddNumbers,
  fc.constantFrom(null, true, false, [], {}, [[]], [null], [{}], { value: {} }, { value: [] }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** What filters, paths and names of attributes are made of. */
const tokens = fc.constantFrom(
  ...['userName', 'emails', 'members', 'groups', 'meta.created', 'meta', 'id', 'active', 'schemas'],
  ...['name.givenName', 'value', 'type', 'primary', '$ref', 'password', 'manager', 'unknown', '.'],
  ...[`${core}:User:userName`, `${enterprise}:manager`, `${enterprise}:`, 'urn:', ':', '__proto__'],
  ...['constructor.name', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr', 'and', 'or'],
  ...['not', '(', ')', '((((', '[', ']', '"', '"a"', '"%_"', '"\\u0000"', '"\\ud800"', '"\\', "'"],
  ...['true', 'null', '1', '-1e400', '1e5', '"2026-01-31T12:00:00Z"', ',', '*', '😀', '\0'],
);

const expressions = fc.oneof(
  fc.array(tokens, { maxLength: 8 }).map((words) => words.join(' ')),
  fc.array(tokens, { maxLength: 8 }).map((words) => words.join('')),
  fc.constantFrom(
    `${'('.repeat(3_000)}active eq true${')'.repeat(3_000)}`,
    Array.from({ length: 2_000 }, () => 'active eq true').join(' or '),
    `${'not ('.repeat(500)}active eq true${')'.repeat(500)}`,
    `userName eq "${'a'.repeat(10_000)}"`,
    'emails[type eq "work" and value co "@"',
    'emails[emails[type eq "work"]]',
  ),
);

/** Bodies as they should be. */
const bodies = ({ user, group, foreign }: KnownIds) => ({
  user: {
    schemas: [`${core}:User`, enterprise],
    userName: 'fuzz@example.com',
    externalId: 'x',
    active: true,
    password: 'secret',
    name: { givenName: 'Fuzz', familyName: 'Test' },
    emails: [{ value: 'fuzz@example.com', type: 'work', primary: true }],
    phoneNumbers: [{ value: '+14155550123', type: 'mobile' }],
    [enterprise]: { department: 'x', manager: { value: user } },
  },
  group: {
    schemas: [`${core}:Group`],
    displayName: 'fuzz',
    members: [{ value: user, type: 'User' }, { value: group }, { value: foreign[0] }],
  },
  userPatch: {
    schemas: [`${messages}:PatchOp`],
    Operations: [
      { op: 'add', path: 'emails[type eq "home"].value', value: 'home@example.com' },
      { op: 'replace', value: { 'name.givenName': 'Other', active: false, [enterprise]: {} } },
      { op: 'remove', path: 'nickName' },
    ],
  },
  groupPatch: {
    schemas: [`${messages}:PatchOp`],
    Operations: [
      { op: 'remove', path: 'members[value eq "x" or display sw "y"]' },
      { op: 'add', path: 'members', value: [{ value: foreign[0] }, { value: group }] },
      { op: 'replace', path: 'displayName', value: 'Fuzzed' },
    ],
  },
  search: {
    schemas: [`${messages}:SearchRequest`],
    filter: 'userName pr',
    attributes: ['userName', 'groups'],
    sortBy: 'id',
    sortOrder: 'descending',
    startIndex: 1,
    count: 10,
  },
  bulk: {
    schemas: [`${messages}:BulkRequest`],
    failOnErrors: 3,
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [`${core}:User`] } },
      { method: 'PUT', path: `/Users/${user}`, version: 'W/"1"', data: { userName: 'x' } },
      { method: 'PATCH', path: `/Groups/${group}`, data: { Operations: [{ op: 'add' }] } },
      { method: 'DELETE', path: `/Users/${foreign[0]}` },
      { method: 'DELETE', path: '/Users/bulkId:a' },
    ],
  },
});

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The value with one thing in it changed: at each level `picks` says which member to go into. */
function spoiled(value: unknown, picks: readonly number[], by: Spoiling): unknown {
  const [pick = 0, ...deeper] = picks;
  const keys = isContainer(value) ? Object.keys(value) : [];
  const key = keys[pick % (keys.length || 1)];
  if (key === undefined || !isContainer(value) || picks.length === 0) return by.junk;
  const inner = deeper.length === 0 ? by.junk : spoiled(value[key], deeper, by);
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === key ? inner : one));
  const renamed = deeper.length === 0 && by.name !== undefined ? by.name : key;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => (name === key ? [renamed, inner] : [name, one])),
  );
}

interface Spoiling {
  readonly junk: unknown;
  readonly name: string | undefined;
}

const nested = (levels: number) => `${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`;

const rawBodies = fc.oneof(
  fc.constantFrom(
    'null',
    '[]',
    '"text"',
    '{"schemas":',
    '{"__proto__":{"polluted":true}}',
    `{"schemas":["${core}:User"],"userName":"p","name":{"__proto__":{"polluted":true}}}`,
    `{"schemas":["${core}:User"],"userName":"p","constructor":{"prototype":{"polluted":true}}}`,
    `{"schemas":["${core}:User"],"userName":1e999}`,
    `{"schemas":["${core}:User"],"userName":"a","userName":"b"}`,
    `{"schemas":["${core}:User"],"userName":"wide",${Array.from({ length: 5_000 }, (_, index) => `"k${index}":1`).join()}}`,
    `{"schemas":["${core}:Group"],"displayName":"deep","members":${nested(10)}}`,
    nested(20_000),
    '['.repeat(100_000),
    '\ufeff{}',
    'x'.repeat(1_100_000),
  ),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => new Uint8Array(bytes)),
  fc.string({ maxLength: 30 }),
);

const spoiledBodies = (ids: KnownIds) =>
  fc
    .tuple(
      fc.constantFrom<unknown[]>(...Object.values(bodies(ids))),
      fc.array(fc.nat(9), { maxLength: 5 }),
      fc.oneof({ arbitrary: junk, weight: 3 }, { arbitrary: expressions, weight: 1 }),
      fc.option(fc.oneof(oddTexts, expressions), { nil: undefined, freq: 4 }),
    )
    .map(([body, picks, value, name]) =>
      JSON.stringify(spoiled(body, picks, { junk: value, name })),
    );

const queryValues = fc.oneof(
  // Cut, also within an escape: of longer URLs the parser of HTTP makes a 431 of its own.
  expressions.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 2_000)),
  fc.constantFrom(
    '',
    '%',
    '%00',
    '%ff',
    '%ed%a0%80',
    '-1',
    '0',
    '1e9',
    '9'.repeat(40),
    '1;2',
    '[]',
  ),
);

const queryNames = fc.constantFrom(
  ...['filter', 'filter', 'filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'],
  ...['attributes', 'excludedAttributes', 'FILTER', '__proto__', 'filter[a]', 'nonsense'],
);

const queries = fc
  .array(fc.tuple(queryNames, queryValues), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
  .map((query) => (query === '' ? '' : `?${query}`));

const paths = ({ user, group, foreign }: KnownIds) =>
  fc.oneof(
    fc.constantFrom(
      ...[
        '/Users',
        '/Groups',
        '/Users/.search',
        '/Groups/.search',
        '/.search',
        '/Bulk',
        '/Me',
        '/',
      ],
      ...[`/Users/${user}`, `/Groups/${group}`, `/Users/${group}`, `/Groups/${user}`],
      ...foreign.flatMap((id) => [`/Users/${id}`, `/Groups/${id}`]),
      ...['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Schemas/x', '/ResourceTypes/x'],
    ),
    queryValues.map((text) => `/Users/${text}`),
    queryValues.map((text) => `/${text}`),
  );

const longText = 'y'.repeat(1_500);

const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      ...[
        'text/plain',
        'application/scim+json; charset=utf-16',
        'application/json;;;',
        'x',
        longText,
      ],
      'multipart/form-data',
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'nonsense', 'identity'),
    accept: fc.constantFrom('text/html', '*/*;q=0', ';;;', ',', longText, 'application/scim+json'),
    'if-match': fc.constantFrom(
      '*',
      'W/"1"',
      '""',
      'W/"',
      '"'.repeat(999),
      longText,
      'ÿþ',
      '"a,b"',
    ),
    'if-none-match': fc.constantFrom('*', 'W/"1"', 'W/', longText),
    authorization: fc.constantFrom('Bearer', 'Bearer x', 'Basic eDp5', 'bearer \u00ff', longText),
    'x-http-method-override': fc.constantFrom('DELETE', ''),
    prefer: fc.constantFrom('return=minimal'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const sane = fc.constant({});

/** Requests to all routes by all methods. */
export function garbage(ids: KnownIds): fc.Arbitrary<GarbageRequest> {
  return fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
      path: paths(ids),
      query: queries,
      body: fc.oneof(
        { arbitrary: spoiledBodies(ids), weight: 4 },
        { arbitrary: rawBodies, weight: 1 },
      ),
      headers: fc.oneof({ arbitrary: sane, weight: 3 }, { arbitrary: headers, weight: 1 }),
    })
    .map(({ method, path, query, body, headers }) => ({
      method,
      path: path + query,
      body: method === 'GET' || method === 'HEAD' ? undefined : body,
      headers,
    }))
    .filter(({ method, path }) => method !== 'DELETE' || !deletes(path, ids));
}

/** What the other requests are about has to stay. */
function deletes(path: string, { user, group }: KnownIds): boolean {
  return path.startsWith(`/Users/${user}`) || path.startsWith(`/Groups/${group}`);
}

/** Requests that come through the first checks: the right kind of body for each route. */
export function nearMisses(ids: KnownIds): fc.Arbitrary<GarbageRequest> {
  const { user, group, userPatch, groupPatch, search, bulk } = bodies(ids);
  const routes = [
    ['POST', '/Users', user],
    ['PUT', `/Users/${ids.user}`, user],
    ['PATCH', `/Users/${ids.user}`, userPatch],
    ['POST', '/Groups', group],
    ['PUT', `/Groups/${ids.group}`, group],
    ['PATCH', `/Groups/${ids.group}`, groupPatch],
    ['POST', '/Users/.search', search],
    ['POST', '/Groups/.search', search],
    ['POST', '/.search', search],
    ['POST', '/Bulk', bulk],
  ] as const;
  return fc
    .record({
      route: fc.constantFrom(...routes),
      picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
      value: fc.oneof(junk, expressions),
      name: fc.option(fc.oneof(oddTexts, expressions), { nil: undefined, freq: 5 }),
    })
    .map(({ route: [method, path, body], picks, value, name }) => ({
      method,
      path,
      body: JSON.stringify(spoiled(body, picks, { junk: value, name })),
      headers: {},
    }));
}

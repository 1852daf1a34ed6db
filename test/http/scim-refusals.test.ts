import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newSourceId, tenantOf } from '../../src/directory/ids.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { createToken, revoke } from '../../src/directory/tokens.ts';
import { insertSource } from '../../src/store/sources.ts';
import { waitFor } from '../support/wait.ts';
import {
  type Answer,
  connect,
  request,
  scim,
  testSecrets,
  testWorld,
  userNamed,
  type World,
} from '../support/world.ts';

let world: World;
/** How far the server's clock is ahead. */
let ahead = 0;
before(async () => {
  world = await testWorld({ now: () => Date.now() + ahead });
});
after(() => world.close());

const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

async function everything(): Promise<unknown> {
  const { rows } = await world.pool.query('select id, data, version from resources order by id');
  return rows;
}

function assertScimError(
  { status, body, headers }: Answer,
  expected: number,
  scimType?: string,
): void {
  assert.equal(status, expected, JSON.stringify(body));
  assert.deepEqual(body.schemas, [errorSchema]);
  assert.equal(body.status, String(expected));
  assert.equal(headers.get('content-type'), 'application/scim+json');
  if (scimType !== undefined) assert.equal(body.scimType, scimType);
  assert.ok(body.detail.length > 10);
}

const deep = (levels: number) =>
  `{"schemas":["${user}"],"userName":"deep","name":${'{"x":'.repeat(levels)}1${'}'.repeat(levels)}}`;

const badBodies: readonly (readonly [
  what: string,
  body: unknown,
  status: number,
  scimType?: string,
])[] = [
  ['malformed JSON', '{"schemas": [', 400, 'invalidSyntax'],
  ['no JSON at all', 'hello', 400, 'invalidSyntax'],
  ['an array', [], 400, 'invalidSyntax'],
  ['a string', '"Ada"', 400, 'invalidSyntax'],
  ['null', 'null', 400, 'invalidSyntax'],
  ['no schemas', { userName: 'x' }, 400, 'invalidSyntax'],
  [
    'unknown schema only',
    { schemas: ['urn:example:unknown'], userName: 'x' },
    400,
    'invalidSyntax',
  ],
  ['no userName', { schemas: [user] }, 400, 'invalidValue'],
  ['a number as userName', { schemas: [user], userName: 7 }, 400, 'invalidValue'],
  ['an object as userName', { schemas: [user], userName: {} }, 400, 'invalidValue'],
  ['a string as name', { schemas: [user], userName: 'x', name: 'Ada' }, 400, 'invalidValue'],
  ['a number among emails', { schemas: [user], userName: 'x', emails: [7] }, 400, 'invalidValue'],
  [
    'two primaries',
    {
      schemas: [user],
      userName: 'x',
      emails: [
        { value: 'a@example.com', primary: true },
        { value: 'b@example.com', primary: true },
      ],
    },
    400,
    'invalidValue',
  ],
  ['active as a word', { schemas: [user], userName: 'x', active: 'perhaps' }, 400, 'invalidValue'],
  [
    '__proto__',
    `{"schemas":["${user}"],"userName":"x","__proto__":{"admin":true}}`,
    400,
    'invalidSyntax',
  ],
  [
    'a constructor with a prototype',
    `{"schemas":["${user}"],"userName":"x","constructor":{"prototype":{"admin":true}}}`,
    400,
    'invalidSyntax',
  ],
  ['a very long userName', { schemas: [user], userName: 'x'.repeat(100_000) }, 400, 'invalidValue'],
  ['more than a megabyte', { schemas: [user], userName: 'x', title: 'y'.repeat(1_100_000) }, 413],
  ['deep nesting', deep(5_000), 400, 'invalidSyntax'],
  ['a NUL in a value', { schemas: [user], userName: 'a\u0000b' }, 400, 'invalidValue'],
  ['a lone surrogate', `{"schemas":["${user}"],"userName":"\\ud800"}`, 400, 'invalidValue'],
];

for (const [what, body, status, scimType] of badBodies) {
  test(`POST with ${what} is ${status} and changes nothing`, async () => {
    const before = await everything();
    assertScimError(await world.scim('POST', '/Users', body), status, scimType);
    assert.deepEqual(await everything(), before);
  });
}

const badPatches: readonly (readonly [what: string, body: unknown, scimType: string])[] = [
  [
    'an unknown op',
    { schemas: [patchOp], Operations: [{ op: 'destroy', path: 'title' }] },
    'invalidSyntax',
  ],
  ['no schema', { Operations: [{ op: 'remove', path: 'title' }] }, 'invalidSyntax'],
  [
    'a schema that is no text and cannot be made one',
    { schemas: [{ toString: 1 }], Operations: [{ op: 'remove', path: 'title' }] },
    'invalidSyntax',
  ],
  ['Operations as an object', { schemas: [patchOp], Operations: {} }, 'invalidSyntax'],
  [
    'a path that cannot be read',
    { schemas: [patchOp], Operations: [{ op: 'replace', path: 'emails[type eq', value: 'x' }] },
    'invalidFilter',
  ],
  [
    'a path that is none',
    { schemas: [patchOp], Operations: [{ op: 'replace', path: 'na me..', value: 'x' }] },
    'invalidPath',
  ],
  [
    'a target that is not there',
    {
      schemas: [patchOp],
      Operations: [
        { op: 'replace', path: 'emails[value eq "nobody@example.com"].display', value: 'x' },
      ],
    },
    'noTarget',
  ],
  [
    'a readOnly attribute',
    { schemas: [patchOp], Operations: [{ op: 'replace', path: 'id', value: 'x' }] },
    'mutability',
  ],
  [
    'a wrong type',
    { schemas: [patchOp], Operations: [{ op: 'replace', path: 'active', value: 'perhaps' }] },
    'invalidValue',
  ],
  [
    'a removal of userName',
    { schemas: [patchOp], Operations: [{ op: 'remove', path: 'userName' }] },
    'mutability',
  ],
];

test('a bad PATCH gets its scimType and, with a good operation before it, changes nothing', async () => {
  const created = await world.scim('POST', '/Users', userNamed('Patch Target'));
  for (const [what, body, scimType] of badPatches) {
    const good = { op: 'replace', path: 'title', value: 'should not stay' };
    const operations = (body as { Operations?: unknown }).Operations;
    const both = Array.isArray(operations)
      ? { ...(body as object), Operations: [good, ...operations] }
      : body;
    const before = await everything();
    const answer = await world.scim('PATCH', `/Users/${created.body.id}`, both);
    assertScimError(
      answer,
      400,
      scimType === 'mutability' && what.includes('userName') ? answer.body.scimType : scimType,
    );
    assert.deepEqual(await everything(), before, what);
  }
});

const badFilters = [
  'userName',
  'userName eq',
  'userName eq "a',
  'userName ~~ "a"',
  '(userName eq "a"',
  'userName eq "a" and',
  'not userName eq "a"',
  'active gt true',
  '[value eq "x"]',
  'emails[type eq "work"',
  `${'('.repeat(2_000)}userName pr${')'.repeat(2_000)}`,
  Array.from({ length: 2_000 }, () => 'userName eq "a"').join(' or '),
  `userName eq "${'x'.repeat(20_000)}"`,
];

for (const filter of badFilters) {
  test(`the filter ${filter.slice(0, 40)} is invalidFilter`, async () => {
    const answer = await world.scim('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter,
    });
    assertScimError(answer, 400, 'invalidFilter');
  });
}

test('odd but legal filters are answered, never with a 500', async () => {
  const filters = [
    'userName eq "\' or 1=1 --"',
    'userName eq "%"',
    'userName co "_"',
    'userName eq "\\u0000"',
    'userName eq "\\ud800"',
    'id eq "not-a-uuid"',
    'meta.lastModified lt "2011-05-13T04:42:34Z"',
    'meta.lastModified gt "not a date"',
    'name.givenName eq null',
    'title pr and not (title pr)',
    'undefinedAttribute eq "x"',
    'userName eq 7',
  ];
  for (const filter of filters) {
    const { status, body } = await world.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    assert.ok([200, 400].includes(status), `${filter}: ${status} ${JSON.stringify(body)}`);
    if (status === 200) assert.equal(body.totalResults, 0, filter);
  }
});

test('paging values that are no numbers are invalidValue; odd numbers are read kindly', async () => {
  assertScimError(await world.scim('GET', '/Users?count=many'), 400, 'invalidValue');
  assertScimError(await world.scim('GET', '/Users?startIndex=1&startIndex=2'), 400, 'invalidValue');
  assert.equal((await world.scim('GET', '/Users?startIndex=-5&count=-1')).status, 200);
  assert.equal(
    (await world.scim('GET', '/Users?startIndex=999999999999999')).body.Resources.length,
    0,
  );
});

test('a body in another encoding is refused instead of losing its umlauts (RFC 7644 §3.1)', async () => {
  const before = await everything();
  const url = `${world.origin}/scim/v2/${world.sourceId}/Users`;
  const post = async (bytes: Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) => {
    const headers = {
      authorization: `Bearer ${world.token}`,
      'content-type': 'application/scim+json',
      ...more,
    };
    const response = await fetch(url, { method: 'POST', headers, body: bytes });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const zoe = JSON.stringify(userNamed('Zo\u00eb'));
  assertScimError(await post(new Uint8Array(Buffer.from(zoe, 'latin1'))), 400, 'invalidSyntax');
  const zipped = new Uint8Array(gzipSync(zoe));
  assertScimError(await post(zipped, { 'content-encoding': 'gzip' }), 415);
  assert.deepEqual(await everything(), before);
});

test('every answer under /scim is SCIM, also where no route is found', async () => {
  const { sourceId, token, origin } = world;
  const ask = (path: string, method = 'GET') =>
    request(`${origin}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  assertScimError(await ask(`/scim/v2/${sourceId}/Users/%zz`), 400, 'invalidSyntax');
  assertScimError(await ask(`/scim/v2/${sourceId}/Users/%ff`), 400, 'invalidSyntax');
  assertScimError(await ask(`/scim/v2/${'x'.repeat(300)}/Users`), 414);
  assertScimError(await ask(`/scim/v2/${sourceId}/Nothing`), 404);
  assertScimError(await ask('/scim/v2'), 404);
  assertScimError(await ask(`/scim/v2/${sourceId}/Users`, 'PROPFIND'), 405);
});

test('another version of the protocol is invalidVers (RFC 7644 §3.13)', async () => {
  const answer = await request(`${world.origin}/scim/v1/${world.sourceId}/Users`, {
    method: 'GET',
  });
  assertScimError(answer, 400, 'invalidVers');
});

test('/Me is 501, as a token stands for no user (RFC 7644 §3.11)', async () => {
  assertScimError(await world.scim('GET', '/Me'), 501);
});

test('a PATCH that would keep everybody else waiting is 413 and changes nothing', async () => {
  const roles = Array.from({ length: 5_000 }, (_, index) => ({ value: `role-${index}` }));
  const { body } = await world.scim('POST', '/Users', userNamed('Many Roles', { roles }));
  const before = await everything();
  const path = `roles[${Array.from({ length: 12 }, (_, index) => `value ew "x${index}"`).join(' or ')}]`;
  const operations = Array.from({ length: 1_000 }, () => ({ op: 'remove', path }));
  const hostile = { schemas: [patchOp], Operations: operations };
  assertScimError(await world.scim('PATCH', `/Users/${body.id}`, hostile), 413);
  assert.deepEqual(await everything(), before);
});

test('a user does not grow beyond a megabyte by many small requests', async () => {
  const { body } = await world.scim('POST', '/Users', userNamed('Growing'));
  const replace = (path: string) =>
    world.scim('PATCH', `/Users/${body.id}`, {
      schemas: [patchOp],
      Operations: [{ op: 'replace', path, value: 'y'.repeat(600_000) }],
    });
  assert.equal((await replace('nickName')).status, 200);
  const before = await everything();
  assertScimError(await replace('userType'), 413);
  assert.deepEqual(await everything(), before);
  assert.equal((await world.scim('DELETE', `/Users/${body.id}`)).status, 204);
});

test('another media type is 415, an unknown endpoint and a malformed id 404', async () => {
  assertScimError(await world.scim('POST', '/Users', 'x=1', { 'content-type': 'text/plain' }), 415);
  assertScimError(await world.scim('GET', '/Nothing'), 404);
  assertScimError(await world.scim('GET', '/Users/1%27%20or%201'), 404);
  assertScimError(await world.scim('GET', '/Users/00000000-0000-0000-0000-000000000000'), 404);
});

test('bad credentials are 401 with WWW-Authenticate', async () => {
  for (const authorization of [
    '',
    'Bearer',
    'Bearer nonsense',
    `Basic ${world.token}`,
    `Bearer ${world.token}x`,
  ]) {
    const answer = await request(`${world.origin}/scim/v2/${world.sourceId}/Users`, {
      method: 'GET',
      headers: { authorization },
    });
    assertScimError(answer, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
  }
  assertScimError(
    await request(`${world.origin}/scim/v2/nonsense/Users`, {
      method: 'GET',
      headers: { authorization: `Bearer ${world.token}` },
    }),
    401,
  );
});

test('a revoked token is refused within a second, an expired one at its time', async () => {
  const owner = { tenantId: world.tenantId, sourceId: world.sourceId };
  const fresh = await createToken(world.pool, owner, { expiresAt: null, actor: 'test' });
  assert.ok(fresh);
  const ask = () =>
    scim(
      world.origin,
      { sourceId: world.sourceId, token: fresh.token },
      { method: 'GET', path: '/Users?count=0' },
    );
  assert.equal((await ask()).status, 200);
  assert.equal(await revoke(world.pool, owner, fresh.id, { actor: 'test' }), true);
  ahead += 1_000;
  assert.equal((await ask()).status, 401);

  const short = await createToken(world.pool, owner, {
    expiresAt: new Date(Date.now() + ahead + 60_000),
    actor: 'test',
  });
  assert.ok(short);
  const later = () =>
    scim(
      world.origin,
      { sourceId: world.sourceId, token: short.token },
      { method: 'GET', path: '/Users?count=0' },
    );
  assert.equal((await later()).status, 200);
  ahead += 60_000;
  assert.equal((await later()).status, 401);
  await revoke(world.pool, owner, short.id, { actor: 'test' });
});

test('no more than two tokens are live at once', async () => {
  const owner = { tenantId: world.tenantId, sourceId: world.sourceId };
  const second = await createToken(world.pool, owner, { expiresAt: null, actor: 'test' });
  assert.ok(second);
  assert.equal(await createToken(world.pool, owner, { expiresAt: null, actor: 'test' }), null);
  await revoke(world.pool, owner, second.id, { actor: 'test' });
});

test('with SCIM provisioning switched off every request is 403 with a sentence, and nothing is lost', async () => {
  const before = await everything();
  const set = (on: boolean) =>
    world.pool.query('update sources set provisioning_enabled = $2 where tenant_id = $1', [
      world.tenantId,
      on,
    ]);
  await set(false);
  const refused = await waitFor('the switch', async () => {
    const answer = await world.scim('GET', '/Users');
    return answer.status === 403 && answer;
  });
  assertScimError(refused, 403);
  await set(true);
  await waitFor('the switch', async () => (await world.scim('GET', '/Users')).status === 200);
  assert.deepEqual(await everything(), before);
});

test('a connection sees and changes only what it owns', async () => {
  const sibling = newSourceId(world.tenantId);
  await insertSource(world.pool, {
    tenantId: world.tenantId,
    id: sibling,
    kind: 'scim',
    name: 'Second',
    provisioningEnabled: true,
    creationEnabled: true,
  });
  const stranger = await createTenant(world.pool, testSecrets, {
    name: 'Stranger',
    shop: { shop: 'stranger.myshopify.com', origin: world.store.origin, accessToken: 'none' },
    switches: 'on',
  });
  assert.equal(tenantOf(stranger.sourceId), stranger.tenantId);
  const others = [
    await connect(world.pool, { tenantId: world.tenantId, sourceId: sibling }),
    await connect(world.pool, stranger),
  ];
  const mine = await world.scim('POST', '/Users', userNamed('Private Person'));
  for (const other of others) {
    const as = (method: string, path: string, body?: unknown) =>
      scim(world.origin, other, { method, path, body });
    const path = `/Users/${mine.body.id}`;
    assertScimError(await as('GET', path), 404);
    assertScimError(await as('PUT', path, mine.body), 404);
    assertScimError(
      await as('PATCH', path, {
        schemas: [patchOp],
        Operations: [{ op: 'replace', path: 'active', value: false }],
      }),
      404,
    );
    assertScimError(await as('DELETE', path), 404);
    assert.equal(
      (await as('GET', `/Users?filter=${encodeURIComponent(`id eq "${mine.body.id}"`)}`)).body
        .totalResults,
      0,
    );
    assert.equal((await as('GET', '/Users')).body.totalResults, 0);
    // One source's token is nobody in another.
    assertScimError(
      await scim(
        world.origin,
        { sourceId: world.sourceId, token: other.token },
        { method: 'GET', path: '/Users' },
      ),
      401,
    );
  }
  assert.deepEqual((await world.scim('GET', `/Users/${mine.body.id}`)).body, mine.body);
});

test('who guesses tokens is slowed down, who has one is not', async () => {
  const guess = (token: string) =>
    scim(
      world.origin,
      { sourceId: world.sourceId, token },
      { method: 'GET', path: '/Users?count=0' },
    );
  const answers: Answer[] = [];
  for (let index = 0; index < 60; index += 1) answers.push(await guess(`rc_guess${index}`));
  const last = answers.at(-1);
  assert.ok(last);
  assertScimError(last, 429);
  assert.ok(Number(last.headers.get('retry-after')) > 0);
  assert.equal((await world.scim('GET', '/Users?count=0')).status, 200);
});

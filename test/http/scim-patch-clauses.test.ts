/** PATCH where RFC 7644 §3.5.2 is easily misread: what each leaves of one user. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, testWorld, type World } from '../support/world.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const ada = {
  schemas: [core, enterprise],
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'ada@example.org', type: 'work' },
    { value: 'ada@example.net', type: 'home' },
  ],
  [enterprise]: { department: 'Engineering', costCenter: '4130' },
};

let world: World;
let made = 0;
before(async () => {
  world = await testWorld();
  await world.pool.query("update destinations set state = 'paused'");
});
after(() => world.close());

async function patched(...operations: readonly object[]): Promise<{ was: Answer; is: Answer }> {
  made += 1;
  const was = await world.scim('POST', '/Users', { ...ada, userName: `ada${made}` });
  const body = { schemas: [patchOp], Operations: operations };
  return { was, is: await world.scim('PATCH', `/Users/${was.body.id}`, body) };
}

const changes: readonly (readonly [says: string, operations: readonly object[], after: object])[] =
  [
    [
      'a complex attribute is merged, and keeps what is not named (§3.5.2.3)',
      [{ op: 'replace', path: 'name', value: { familyName: 'King' } }],
      { name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'all matching elements are changed (§3.5.2.3)',
      [{ op: 'replace', path: 'emails[type eq "work"].display', value: 'Work' }],
      {
        emails: [
          { ...ada.emails[0], display: 'Work' },
          { ...ada.emails[1], display: 'Work' },
          ada.emails[2],
        ],
      },
    ],
    [
      'all matching elements are removed (§3.5.2.2)',
      [{ op: 'remove', path: 'emails[type eq "work"]' }],
      { emails: [ada.emails[2]] },
    ],
    [
      'a new primary ends the old one, by a value path too (§3.5.2)',
      [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
      {
        emails: [
          { ...ada.emails[0], primary: false },
          ada.emails[1],
          { ...ada.emails[2], primary: true },
        ],
      },
    ],
    [
      'paths heed no case, nor does the URN before them (§3.10)',
      [
        { op: 'replace', path: 'NAME.givenname', value: 'Augusta' },
        { op: 'replace', path: `${enterprise.toUpperCase()}:DEPARTMENT`, value: 'Research' },
      ],
      {
        name: { givenName: 'Augusta', familyName: 'Lovelace' },
        [enterprise]: { department: 'Research', costCenter: '4130' },
      },
    ],
    [
      'the URN of an extension is a path: what it holds is merged (§3.5.2.3)',
      [{ op: 'replace', path: enterprise, value: { department: 'Research' } }],
      { [enterprise]: { department: 'Research', costCenter: '4130' } },
    ],
    [
      'an extension that is removed leaves schemas (§3.5.2)',
      [{ op: 'remove', path: enterprise }],
      { schemas: [core], [enterprise]: undefined },
    ],
    [
      'each operation works on what the one before it left (§3.5.2)',
      [
        { op: 'remove', path: 'emails' },
        { op: 'add', path: 'emails', value: [{ value: 'new@example.com' }] },
        { op: 'replace', path: 'emails[value eq "new@example.com"].type', value: 'other' },
      ],
      { emails: [{ value: 'new@example.com', type: 'other' }] },
    ],
  ];

for (const [says, operations, expected] of changes) {
  test(says, async () => {
    const { was, is } = await patched(...operations);
    assert.equal(is.status, 200, JSON.stringify(is.body));
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(is.body[name], value, name);
    assert.notEqual(is.body.meta.version, was.body.meta.version);
  });
}

const nothing: readonly (readonly [says: string, operation: object])[] = [
  ['adding a value that is there', { op: 'add', path: 'emails', value: [ada.emails[2]] }],
  ['adding an equal single value', { op: 'add', path: 'name.givenName', value: 'Ada' }],
  ['removing what matches nothing', { op: 'remove', path: 'emails[type eq "other"]' }],
  ['removing what has no value', { op: 'remove', path: 'nickName' }],
];

for (const [says, operation] of nothing) {
  test(`${says} succeeds and leaves version and lastModified (RFC 7644 §3.5.2.1, §3.5.2.2)`, async () => {
    const { was, is } = await patched(operation);
    assert.equal(is.status, 200, JSON.stringify(is.body));
    assert.deepEqual(is.body, was.body);
  });
}

const refused: readonly (readonly [says: string, operation: object, scimType: string])[] = [
  [
    'a replace whose filter matches nothing (§3.5.2.3)',
    { op: 'replace', path: 'emails[value eq "nobody@example.com"]', value: { type: 'home' } },
    'noTarget',
  ],
  ['a remove without a path (§3.5.2.2)', { op: 'remove' }, 'noTarget'],
  [
    'a readOnly attribute without a path, with another value',
    { op: 'replace', value: { id: 'other' } },
    'mutability',
  ],
  [
    'a required attribute emptied',
    { op: 'replace', path: 'userName', value: null },
    'invalidValue',
  ],
  [
    'two primaries in one value (RFC 7643 §2.4)',
    {
      op: 'replace',
      path: 'emails',
      value: [
        { value: 'a@example.com', primary: true },
        { value: 'b@example.com', primary: true },
      ],
    },
    'invalidValue',
  ],
];

for (const [says, operation, scimType] of refused) {
  test(`${says} is ${scimType}, and what came before it is undone (RFC 7644 §3.5.2)`, async () => {
    const { was, is } = await patched({ op: 'add', path: 'title', value: 'Countess' }, operation);
    assert.deepEqual([is.status, is.body.scimType], [400, scimType], JSON.stringify(is.body));
    const now = await world.scim('GET', `/Users/${was.body.id}`);
    assert.deepEqual(now.body, was.body);
  });
}

test('a member is exchanged by remove and add: its value is immutable (RFC 7643 §8.7.1)', async () => {
  const { body: group } = await world.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Engineers',
    members: [{ value: 'somebody' }],
  });
  const { status, body } = await world.scim('PATCH', `/Groups/${group.id}`, {
    schemas: [patchOp],
    Operations: [
      { op: 'replace', path: 'members[value eq "somebody"].value', value: 'somebody else' },
    ],
  });
  assert.deepEqual([status, body.scimType], [400, 'mutability']);
});

/** Bodies of POST and PUT (RFC 7644 §3.3, §3.5.1). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/model.ts';
import { ScimError } from '../../src/scim/error.ts';
import { represent } from '../../src/scim/meta.ts';
import { parseProjection, project } from '../../src/scim/projection.ts';
import { readResource, replaceResource } from '../../src/scim/resource.ts';
import { groupType, resourceType, userType } from '../../src/scim/resource-types.ts';
import { attributeSet, complex, simple } from '../../src/scim/schema.ts';
import { employeeType, employmentSchema, userBodies } from './arbitraries.ts';
import { refuses } from './refusal.ts';

const USER = userType.schema.id;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const minimal = { schemas: [USER], userName: 'ada' };

function read(members: object): JsonObject {
  return readResource(userType, { ...minimal, ...members }).resource;
}

test('RFC 7643 §2.1: names are taken in any case and kept in their own', () => {
  const body = { SCHEMAS: [USER], USERNAME: 'ada', NAME: { FAMILYname: 'Lovelace' } };
  const { resource } = readResource(userType, body);
  assert.deepEqual(resource, { ...minimal, name: { familyName: 'Lovelace' } });
});

test('RFC 7643 §2.5: null, an empty array and an empty object are unassigned', () => {
  const empty = { title: null, emails: [], roles: [null, {}], name: { givenName: null } };
  assert.deepEqual(read({ ...empty, [ENTERPRISE]: { department: null } }), minimal);
});

test('RFC 7643 §3: schemas follow from what the resource has', () => {
  assert.deepEqual(read({ schemas: [USER.toUpperCase(), ENTERPRISE] }).schemas, [USER]);
  const named = read({ [ENTERPRISE.toLowerCase()]: { department: 'Analysis' } });
  assert.deepEqual(named.schemas, [USER, ENTERPRISE]);
  assert.deepEqual(named[ENTERPRISE], { department: 'Analysis' });
});

test('RFC 7644 §3.3: readOnly attributes are ignored, the password is not kept', () => {
  const body = { id: 'x', meta: { version: 'v' }, groups: [{ value: 'g' }], password: 's3cret' };
  assert.deepEqual(readResource(userType, { ...minimal, ...body }), {
    resource: minimal,
    ignored: [],
  });
});

test('what no schema defines is ignored by name', () => {
  const body = JSON.parse(`{
    "schemas": ["${USER}", "urn:example:other"], "userName": "ada", "shoeSize": 5,
    "name": {"nick": "A"}, "emails": [{"value": "a@example.com", "verified": true}],
    "${ENTERPRISE}": {"floor": 2}, "urn:example:other": {"a": 1},
    "__proto__": {"active": true}, "constructor": {"prototype": {"active": true}}
  }`);
  const { resource, ignored } = readResource(userType, body);
  assert.deepEqual(resource, { ...minimal, emails: [{ value: 'a@example.com' }] });
  assert.equal(Object.getPrototypeOf(resource), Object.prototype);
  assert.deepEqual(ignored, [
    'urn:example:other',
    'shoeSize',
    'name.nick',
    'emails[0].verified',
    `${ENTERPRISE}:floor`,
    'urn:example:other',
    '__proto__',
    'constructor',
  ]);
});

test('what is ignored is named in text that can be stored', () => {
  const { ignored } = readResource(userType, { ...minimal, 'a\0b': 1, '\ud800': 2 });
  assert.deepEqual(ignored, ['a\uFFFDb', '\uFFFD']);
});

test('what is ignored is named fifty times and shortly at most', () => {
  const many = Array.from({ length: 200 }, (_, index) => [`${'x'.repeat(500)}${index}`, 1]);
  const { ignored } = readResource(userType, { ...minimal, ...Object.fromEntries(many) });
  assert.equal(ignored.length, 50);
  assert.equal(ignored[0]?.length, 200);
});

test('canonical values are suggestions (RFC 7643 §7)', () => {
  const emails = [{ value: 'ada@example.com', type: 'Laboratory' }];
  assert.deepEqual(read({ emails }).emails, emails);
});

const REFUSED: readonly (readonly [string, object, RegExp])[] = [
  ['a number for a string', { title: 5 }, /^title must be a string, not a number\.$/],
  [
    'a number in a list',
    { emails: [{ value: 'a' }, { value: 5 }] },
    /^emails\[1\]\.value must be a string, not a number\.$/,
  ],
  ['an array for a single value', { title: ['a'] }, /title must be a string, not an array/],
  ['text for a boolean', { active: 'yes' }, /active must be true or false, not a string/],
  ['text for a complex value', { name: 'Ada' }, /name must be an object, not a string/],
  ['a number for a list', { emails: 5 }, /emails\[0\] must be an object, not a number/],
  [
    'two primaries',
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: 'True' },
      ],
    },
    /emails has several values with primary: true; mark at most one/,
  ],
  ['no base64', { x509Certificates: [{ value: 'a!' }] }, /\[0\]\.value must be base64 encoded/],
  ['an extension that is a list', { [ENTERPRISE]: [] }, /must be an object, not an array/],
  ['NUL in a string', { title: 'a\0b' }, /title has a NUL or half a surrogate pair/],
  ['half a surrogate pair', { name: { givenName: '\ud800' } }, /name\.givenName has a NUL or half/],
  [
    'an endless userName',
    { userName: 'a'.repeat(513) },
    /userName has 513 characters.*at most 512/,
  ],
  ['ten thousand and one values', { roles: Array(10_001).fill('r') }, /roles has 10001 values/],
  ['no userName', { userName: undefined }, /userName is required; send a value that is not empty/],
  ['an empty userName', { userName: '' }, /userName is required/],
];

for (const [what, members, detail] of REFUSED) {
  test(`refused as invalidValue: ${what}`, () => {
    refuses(() => read(members), 'invalidValue', detail);
  });
}

for (const body of [undefined, null, [], 'x', 5, {}, { schemas: USER }, { schemas: [5] }]) {
  test(`refused as invalidSyntax: ${JSON.stringify(body)}`, () => {
    refuses(() => readResource(userType, body), 'invalidSyntax');
  });
}

test('a Group has a displayName, and members of which nothing is required', () => {
  refuses(() => readResource(groupType, { schemas: [groupType.schema.id] }), 'invalidValue');
  const group = {
    schemas: [groupType.schema.id],
    displayName: 'Analysts',
    members: [{ value: 'u1' }],
  };
  assert.deepEqual(readResource(groupType, group).resource, group);
});

test('types that only extensions have are checked', () => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ level: 1.5 }, /level must be a whole number, not a number/],
    [{ score: '1' }, /score must be a number, not a string/],
    [{ hiredAt: '2026-02-30T00:00:00Z' }, /hiredAt must be a date and time like/],
    [{ hiredAt: '2026-01-31' }, /hiredAt must be a date and time like/],
    [{ tags: [1] }, /tags\[0\] must be a string/],
  ];
  for (const [extension, detail] of refused) {
    const body = { ...minimal, [employmentSchema.id]: extension };
    refuses(() => readResource(employeeType, body), 'invalidValue', detail);
  }
});

test('RFC 7644 §3.5.1: PUT clears what is left out, and says whether anything changed', () => {
  const stored = { ...minimal, title: 'Countess', emails: [{ value: 'ada@example.com' }] };
  const same = { ...stored, id: 'x', meta: {} };
  assert.deepEqual(replaceResource(userType, stored, same), {
    resource: stored,
    changed: false,
    ignored: [],
  });
  const { resource, changed } = replaceResource(userType, stored, minimal);
  assert.deepEqual(resource, minimal);
  assert.equal(changed, true);
});

test('a PUT of what a GET gave changes nothing', () => {
  const issued = { id: '1', created: new Date(0), lastModified: new Date(0), version: 1 };
  const everything = parseProjection(employeeType, {});
  fc.assert(
    fc.property(userBodies, (body) => {
      const { resource } = readResource(employeeType, body);
      const whole = represent(employeeType, resource, { issued, baseUrl: '' });
      const given = project(whole, employeeType, everything);
      const again = replaceResource(employeeType, resource, JSON.parse(JSON.stringify(given)));
      assert.deepEqual(again, { resource, ignored: [], changed: false });
    }),
  );
});

const badge = { id: 'urn:example:badge', name: 'Badge', description: 'Badge' };
const badgeType = resourceType({
  ...userType,
  extensions: [
    {
      schema: {
        ...badge,
        attributes: attributeSet([
          simple('number', 'Fixed once given.', { mutability: 'immutable' }),
          simple('issuedBy', 'Ours.', { mutability: 'readOnly' }),
          complex('office', 'With a fixed part.', [
            simple('country', 'Fixed once given.', { mutability: 'immutable' }),
            simple('floor', 'Required.', { required: true }),
          ]),
        ]),
      },
      required: false,
    },
  ],
});

test('RFC 7644 §3.5.1: PUT keeps readOnly and immutable attributes, and refuses to change them', () => {
  const fixed = { number: '7', issuedBy: 'us', office: { country: 'GB', floor: '1' } };
  const stored = { schemas: [USER, badge.id], userName: 'ada', [badge.id]: fixed };
  const put = (extension: object) =>
    replaceResource(badgeType, stored, { ...minimal, [badge.id]: extension }).resource[badge.id];
  const office = { floor: '2' };
  assert.deepEqual(put({ number: '7', issuedBy: 'them', office }), {
    number: '7',
    issuedBy: 'us',
    office: { country: 'GB', floor: '2' },
  });
  assert.deepEqual(put({}), { number: '7', issuedBy: 'us' });
  refuses(() => put({ number: '8' }), 'mutability', /number is immutable and has a value/);
  refuses(() => put({ office: { country: 'FR', floor: '1' } }), 'mutability', /country/);
  refuses(
    () => put({ office: { country: 'GB' } }),
    'invalidValue',
    /badge:office\.floor is required/,
  );
});

test('any body is read or refused as a ScimError, and what is read is read again the same', () => {
  const keys = fc.constantFrom('userName', 'name', 'emails', 'active', 'schemas', ENTERPRISE, 'x');
  const body = fc.dictionary(
    keys,
    fc.oneof(
      fc.jsonValue(),
      userBodies.map((user) => user.emails),
    ),
  );
  fc.assert(
    fc.property(body, (members) => {
      try {
        const { resource } = readResource(userType, { ...minimal, ...members });
        assert.deepEqual(readResource(userType, resource).resource, resource);
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        assert.equal(error.status, 400);
      }
    }),
    { numRuns: 1000 },
  );
});

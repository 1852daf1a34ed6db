/** PATCH by the clauses of RFC 7644 §3.5.2; what identity providers send is in `samples/`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/model.ts';
import { ScimError } from '../../src/scim/error.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { readResource } from '../../src/scim/resource.ts';
import { groupType, type ResourceType, userType } from '../../src/scim/resource-types.ts';
import { employeeType, employmentSchema, userBodies } from './arbitraries.ts';
import { refuses } from './refusal.ts';

const USER = userType.schema.id;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const work = { value: 'ada@example.com', type: 'work', primary: true };
const home = { value: 'ada@home.example.org', type: 'home' };
const ada: JsonObject = {
  schemas: [USER],
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [work, home],
};

interface Asked {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function patch(operations: readonly Asked[], stored: JsonObject = ada, type = userType) {
  return applyPatch(type, stored, readPatch({ schemas: [PATCH_OP], Operations: operations }));
}

/** The members that a request changes, with undefined for those it removes. */
function difference(operations: readonly Asked[], stored: JsonObject = ada): object {
  const { resource, changed } = patch(operations, stored);
  const names = new Set([...Object.keys(stored), ...Object.keys(resource)]);
  const different = [...names].filter(
    (name) => JSON.stringify(stored[name]) !== JSON.stringify(resource[name]),
  );
  assert.equal(changed, different.length > 0);
  return Object.fromEntries(different.map((name) => [name, resource[name]]));
}

type Case = readonly [string, readonly Asked[], object, JsonObject?];

const ADD: readonly Case[] = [
  [
    'without a path, attributes are added to the resource',
    [
      {
        op: 'add',
        value: { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' },
      },
    ],
    { emails: [work, home, { value: 'babs@jensen.org', type: 'home' }], nickName: 'Babs' },
  ],
  [
    'a single-valued attribute is replaced',
    [{ op: 'add', path: 'userName', value: 'b' }],
    { userName: 'b' },
  ],
  [
    'a complex attribute gets the sub-attributes',
    [{ op: 'add', path: 'name', value: { middleName: 'King' } }],
    { name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' } },
  ],
  ['a value that is there changes nothing', [{ op: 'add', path: 'emails', value: [home] }], {}],
  [
    'a value that is there in another case changes nothing',
    [{ op: 'add', path: 'emails', value: [{ value: 'ADA@home.example.org' }] }],
    {},
  ],
  ['a value that is not a list is one value', [{ op: 'add', path: 'emails', value: home }], {}],
  [
    'a new primary takes it from the others (§3.5.2)',
    [{ op: 'add', path: 'emails', value: [{ value: 'c@example.com', primary: true }] }],
    { emails: [{ ...work, primary: false }, home, { value: 'c@example.com', primary: true }] },
  ],
  [
    'a known value that becomes primary takes it from the others',
    [{ op: 'add', path: 'emails', value: [{ ...home, primary: true }] }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'a new primary takes it from one that is named beside it (§3.5.2)',
    [{ op: 'add', path: 'emails', value: [work.value, { ...home, primary: true }] }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'a value path that selects nothing creates what it describes',
    [
      {
        op: 'add',
        path: 'phoneNumbers[type eq "work" and primary eq true]',
        value: { value: '1' },
      },
    ],
    { phoneNumbers: [{ type: 'work', primary: true, value: '1' }] },
  ],
  [
    'a value path adds to each value it selects',
    [{ op: 'add', path: 'emails[value co "ada"].display', value: 'Ada' }],
    {
      emails: [
        { ...work, display: 'Ada' },
        { ...home, display: 'Ada' },
      ],
    },
  ],
  [
    'a qualified name adds its schema to schemas',
    [{ op: 'add', path: `${ENTERPRISE}:employeeNumber`, value: '701984' }],
    { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { employeeNumber: '701984' } },
  ],
  [
    'the URN of an extension is a path (§3.10)',
    [{ op: 'add', path: ENTERPRISE, value: { department: 'A', 'manager.value': 'm' } }],
    { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'A', manager: { value: 'm' } } },
  ],
  [
    'the URN of the base schema qualifies, in any case (§3.10)',
    [
      { op: 'add', path: `${USER.toUpperCase()}:NAME.MIDDLENAME`, value: 'King' },
      { op: 'add', path: USER, value: { title: 'Countess' } },
    ],
    { name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' }, title: 'Countess' },
  ],
];

const REMOVE: readonly Case[] = [
  ['a single-valued attribute', [{ op: 'remove', path: 'name' }], { name: undefined }],
  [
    'a sub-attribute, and the attribute with the last one',
    [
      { op: 'remove', path: 'name.givenName' },
      { op: 'remove', path: 'name.familyName' },
    ],
    { name: undefined },
  ],
  ['a multi-valued attribute', [{ op: 'remove', path: 'emails' }], { emails: undefined }],
  [
    'the values that a filter selects',
    [{ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }],
    { emails: [home] },
  ],
  [
    'the last value leaves the attribute unassigned',
    [{ op: 'remove', path: 'emails[value pr]' }],
    { emails: undefined },
  ],
  [
    'a sub-attribute of the selected values',
    [{ op: 'remove', path: 'emails[type eq "work"].primary' }],
    { emails: [{ value: 'ada@example.com', type: 'work' }, home] },
  ],
  [
    'a filter that selects nothing changes nothing',
    [{ op: 'remove', path: 'emails[type eq "x"]' }],
    {},
  ],
  ['what is not there changes nothing', [{ op: 'remove', path: 'title' }], {}],
  [
    'only the listed value of the listed type',
    [{ op: 'remove', path: 'emails', value: [{ value: 'ADA@example.com', type: 'home' }, home] }],
    { emails: [work] },
  ],
  ['an empty list removes nothing', [{ op: 'remove', path: 'emails', value: [] }], {}],
  [
    'an extension, and its schema with it',
    [{ op: 'remove', path: ENTERPRISE }],
    { schemas: [USER], [ENTERPRISE]: undefined },
    { ...ada, schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'A' } },
  ],
];

const REPLACE: readonly Case[] = [
  [
    'without a path, each attribute is replaced',
    [{ op: 'replace', value: { emails: [home], nickname: 'Babs' } }],
    { emails: [home], nickName: 'Babs' },
  ],
  [
    'a multi-valued attribute is replaced as a whole',
    [{ op: 'replace', path: 'emails', value: [home] }],
    { emails: [home] },
  ],
  [
    'an attribute that does not exist is added',
    [
      { op: 'replace', path: 'title', value: 'Countess' },
      { op: 'replace', path: 'addresses.region', value: 'London' },
    ],
    { title: 'Countess', addresses: [{ region: 'London' }] },
  ],
  [
    'sub-attributes of a complex attribute that are not specified are left unchanged',
    [{ op: 'replace', path: 'name', value: { givenName: 'Augusta', middleName: null } }],
    { name: { givenName: 'Augusta', familyName: 'Lovelace' } },
  ],
  [
    'all values that a filter selects are replaced',
    [{ op: 'replace', path: 'emails[value co "ada"]', value: { display: 'Ada' } }],
    {
      emails: [
        { ...work, display: 'Ada' },
        { ...home, display: 'Ada' },
      ],
    },
  ],
  [
    'a sub-attribute of all values that a filter selects is replaced',
    [{ op: 'replace', path: 'emails[type eq "home" or type eq "work"].type', value: 'other' }],
    {
      emails: [
        { ...work, type: 'other' },
        { ...home, type: 'other' },
      ],
    },
  ],
  [
    'primary set by a value path is taken from the others (§3.5.2)',
    [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'operations see what those before them did (§3.5.2)',
    [
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [home] },
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'b@example.com' },
    ],
    { emails: [{ ...home, value: 'b@example.com' }] },
  ],
  [
    'null and an empty list unassign (RFC 7643 §2.5)',
    [
      { op: 'replace', path: 'name', value: null },
      { op: 'replace', path: 'emails', value: [] },
    ],
    { name: undefined, emails: undefined },
  ],
  [
    'schemas are derived, whatever is written to them',
    [{ op: 'replace', path: 'schemas', value: [USER, ENTERPRISE] }],
    {},
  ],
];

for (const [clause, cases] of [
  ['RFC 7644 §3.5.2.1 add', ADD],
  ['RFC 7644 §3.5.2.2 remove', REMOVE],
  ['RFC 7644 §3.5.2.3 replace', REPLACE],
] as const) {
  for (const [what, operations, expected, stored] of cases) {
    test(`${clause}: ${what}`, () => {
      assert.deepEqual(difference(operations, stored), expected);
    });
  }
}

test('RFC 7644 §3.5.2.3 replace: the entire work address', () => {
  const streets = [
    { type: 'work', streetAddress: '1 Old Street', primary: false },
    { type: 'home', streetAddress: '2 Old Street', primary: true },
  ];
  const value = { type: 'work', streetAddress: '911 Universal City Plaza', primary: true };
  const operation = { op: 'replace', path: 'addresses[type eq "work"]', value };
  assert.deepEqual(difference([operation], { ...ada, addresses: streets }), {
    addresses: [value, { ...streets[1], primary: false }],
  });
});

test('a multi-valued simple attribute is added to, selected from and listed like any other', () => {
  const tags = `${employmentSchema.id}:tags`;
  const stored = {
    ...ada,
    schemas: [USER, employmentSchema.id],
    [employmentSchema.id]: { tags: ['a', 'b', 'c'] },
  };
  const operations = [
    { op: 'add', path: tags, value: ['c', 'd'] },
    { op: 'remove', path: `${tags}[value eq "a"]` },
    { op: 'remove', path: tags, value: ['b'] },
    { op: 'replace', path: `${tags}[value eq "d"]`, value: 'e' },
  ];
  const { resource } = patch(operations, stored, employeeType);
  assert.deepEqual(resource[employmentSchema.id], { tags: ['c', 'e'] });
});

const REFUSED: readonly (readonly [string, Asked, Parameters<typeof refuses>[1], RegExp])[] = [
  ['remove without a path (§3.5.2.2)', { op: 'remove' }, 'noTarget', /needs a path/],
  [
    'remove of a required attribute (§3.5.2.2)',
    { op: 'remove', path: 'userName' },
    'mutability',
    /userName is required and cannot be removed/,
  ],
  [
    'a required attribute set to null',
    { op: 'replace', path: 'userName', value: null },
    'invalidValue',
    /required/,
  ],
  ['remove of a readOnly attribute', { op: 'remove', path: 'groups' }, 'mutability', /readOnly/],
  ['a readOnly attribute', { op: 'replace', path: 'id', value: 'x' }, 'mutability', /readOnly/],
  [
    'a readOnly sub-attribute',
    { op: 'replace', path: `${ENTERPRISE}:manager.displayName`, value: 'x' },
    'mutability',
    /readOnly/,
  ],
  [
    'replace where the filter selects nothing (§3.5.2.3)',
    { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } },
    'noTarget',
    /selects no value; add the value/,
  ],
  [
    'replace of a sub-attribute where the filter names no canonical type',
    { op: 'replace', path: 'emails[type eq "laboratory"].value', value: 'x' },
    'noTarget',
    /selects no value/,
  ],
  [
    'replace of a sub-attribute where the filter names a value',
    { op: 'replace', path: 'emails[value eq "x"].type', value: 'work' },
    'noTarget',
    /selects no value/,
  ],
  [
    'add where the filter describes no element',
    { op: 'add', path: 'emails[value sw "x"].type', value: 'work' },
    'noTarget',
    /selects no value/,
  ],
  [
    'several primaries at once',
    { op: 'add', path: 'emails[value pr].primary', value: true },
    'invalidValue',
    /several emails primary/,
  ],
  [
    'a value of another type',
    { op: 'add', path: 'title', value: 5 },
    'invalidValue',
    /title must be a string, not a number/,
  ],
  [
    'a list for one selected value',
    { op: 'add', path: 'emails[type eq "work"]', value: [{}, {}] },
    'invalidValue',
    /must be one object/,
  ],
  [
    'text without a path',
    { op: 'add', value: 'x' },
    'invalidValue',
    /must be an object of attributes, not a string/,
  ],
  [
    'a list for an extension',
    { op: 'add', path: ENTERPRISE, value: [] },
    'invalidValue',
    /must be an object of attributes/,
  ],
  [
    'a filter on a single value',
    { op: 'add', path: 'name[givenName pr]', value: {} },
    'invalidPath',
    /name has one value/,
  ],
  [
    'a sub-attribute of a simple attribute',
    { op: 'add', path: 'title.x', value: 'y' },
    'invalidPath',
    /no sub-attributes/,
  ],
  ['a path that is none', { op: 'add', path: 'a b', value: 'y' }, 'invalidPath', /is not a path/],
  ['a filter that is none', { op: 'remove', path: 'emails[type]' }, 'invalidFilter', /an operator/],
  [
    'a comparison that the type has not',
    { op: 'remove', path: 'emails[primary gt true]' },
    'invalidFilter',
    /no operator gt/,
  ],
];

for (const [what, operation, scimType, detail] of REFUSED) {
  test(`refused as ${scimType}: ${what}`, () => {
    refuses(() => patch([operation]), scimType, detail);
  });
}

test('RFC 7644 §3.5.2: a failing operation leaves the resource as it was', () => {
  const before = structuredClone(ada);
  const operations = [
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' },
    { op: 'replace', path: 'name.givenName', value: 'x' },
    { op: 'remove', path: 'userName' },
  ];
  refuses(() => patch(operations), 'mutability');
  assert.deepEqual(ada, before);
});

test('a request that changes nothing returns the very resource', () => {
  const { resource, changed } = patch([{ op: 'replace', path: 'userName', value: 'ada' }]);
  assert.equal(resource, ada);
  assert.equal(changed, false);
});

test('attributes that no schema defines are ignored by name, with and without a path', () => {
  const operations = [
    { op: 'replace', path: 'shoeSize', value: 5 },
    { op: 'remove', path: 'name.nick' },
    { op: 'add', path: 'urn:example:custom:2.0:User:floor', value: 2 },
    { op: 'add', value: JSON.parse('{"__proto__": {"active": true}, "a b": 1, "http://x/y": {}}') },
    { op: 'add', path: ENTERPRISE, value: { floor: 2 } },
  ];
  const { resource, ignored } = patch(operations);
  assert.equal(resource, ada);
  assert.deepEqual(ignored, [
    'shoeSize',
    'name.nick',
    'urn:example:custom:2.0:User:floor',
    '__proto__',
    'a b',
    'http://x/y',
    `${ENTERPRISE}:floor`,
  ]);
});

test('a value may repeat the id but not contradict it', () => {
  const request = (id: string) =>
    readPatch({
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', value: { id, meta: { version: 'x' }, title: 'Countess' } }],
    });
  const issued = { id: '2819c223' };
  const { resource } = applyPatch(userType, ada, request('2819c223'), issued);
  assert.deepEqual(resource, { ...ada, title: 'Countess' });
  refuses(
    () => applyPatch(userType, ada, request('other'), issued),
    'mutability',
    /id is readOnly/,
  );
});

test('immutable sub-attributes of a member are given once (RFC 7643 §4.2)', () => {
  const group = { schemas: [groupType.schema.id], displayName: 'A', members: [{ value: 'u1' }] };
  const change = (path: string, value: string) =>
    patch([{ op: 'add', path, value }], group, groupType);
  const named = change('members[value eq "u1"].display', 'Ada').resource;
  assert.deepEqual(named.members, [{ value: 'u1', display: 'Ada' }]);
  refuses(() => change('members[value eq "u1"].value', 'u2'), 'mutability', /immutable/);
});

test('RFC 7644 §3.5.2: op is taken in any case, and no operations change nothing', () => {
  const asked = (op: string) =>
    readPatch({ SCHEMAS: [PATCH_OP], operations: [{ OP: op, Path: 'title', VALUE: 'x' }] });
  assert.deepEqual(asked('REPLACE').operations, [{ op: 'replace', path: 'title', value: 'x' }]);
  assert.equal(patch([]).changed, false);
});

const BODIES: readonly (readonly [string, unknown, Parameters<typeof refuses>[1], RegExp])[] = [
  ['no object', [], 'invalidSyntax', /must be a PatchOp object, not an array/],
  ['no schemas', { Operations: [] }, 'invalidSyntax', /schemas must be an array that has/],
  [
    'no Operations',
    { schemas: [PATCH_OP] },
    'invalidSyntax',
    /Operations must be an array, not null/,
  ],
  [
    'an operation that is none',
    { schemas: [PATCH_OP], Operations: ['x'] },
    'invalidSyntax',
    /Operations\[0\] must be an object/,
  ],
  [
    'an unknown op',
    { schemas: [PATCH_OP], Operations: [{ op: 'move' }] },
    'invalidSyntax',
    /\.op must be add, replace or remove/,
  ],
  [
    'a path that is no text',
    { schemas: [PATCH_OP], Operations: [{ op: 'remove', path: 5 }] },
    'invalidPath',
    /\.path must be a string/,
  ],
  [
    'no value',
    { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'title' }] },
    'invalidValue',
    /has no value/,
  ],
  [
    'too many operations',
    { schemas: [PATCH_OP], Operations: Array(1001).fill({}) },
    'invalidSyntax',
    /1001 operations; send at most 1000/,
  ],
];

for (const [what, body, scimType, detail] of BODIES) {
  test(`refused as ${scimType}: ${what}`, () => {
    refuses(() => readPatch(body), scimType, detail);
  });
}

const paths = fc.constantFrom(
  ...['userName', 'active', 'name', 'name.givenName', 'emails', 'emails.type', 'groups', 'id'],
  ...[
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'emails[primary eq "True"].display',
  ],
  ...[ENTERPRISE, `${ENTERPRISE}:manager`, 'roles', 'password', 'schemas', 'meta.created', 'x'],
);

function isStable(type: ResourceType, resource: JsonObject): void {
  assert.deepEqual(readResource(type, resource).resource, resource);
}

test('any request is applied or refused as a ScimError, and what comes of it reads the same', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('', 'True', 'work', 'x@example.com'),
    userBodies.map((body) => body.emails ?? body),
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'Replace', 'remove'),
    path: fc.option(paths, { nil: undefined }),
    value,
  });
  fc.assert(
    fc.property(userBodies, fc.array(operation, { maxLength: 4 }), (body, operations) => {
      const { resource: stored } = readResource(employeeType, body);
      try {
        const request = readPatch({ schemas: [PATCH_OP], Operations: operations });
        const { resource, changed } = applyPatch(employeeType, stored, request);
        isStable(employeeType, resource);
        assert.equal(applyPatch(employeeType, stored, request).changed, changed);
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        assert.equal(error.status, 400);
      }
    }),
    { numRuns: 2000 },
  );
});

test('schemas cannot be removed, as every resource has them (RFC 7643 §3)', () => {
  refuses(() => patch([{ op: 'remove', path: 'schemas' }]), 'mutability');
});

for (const [path, value, message] of [
  ['name.familyName', 5, 'name.familyName must be a string, not a number.'],
  [
    'emails[type eq "work"].primary',
    'x',
    'emails[type eq "work"].primary must be true or false, not a string.',
  ],
  [
    'emails[type eq "other"].value',
    5,
    'emails[type eq "other"].value must be a string, not a number.',
  ],
  [`${ENTERPRISE}:manager.value`, 5, `${ENTERPRISE}:manager.value must be a string, not a number.`],
] as const) {
  test(`a message names the path once: ${path}`, () => {
    assert.throws(
      () => patch([{ op: 'replace', path, value }]),
      (error) => error instanceof ScimError && error.message === message,
    );
  });
}

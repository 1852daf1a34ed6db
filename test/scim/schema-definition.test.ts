/** Schema extensions of a source: how they are defined (RFC 7643 §7), and that they hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model.ts';
import { schemas } from '../../src/scim/discovery.ts';
import { parseFilter } from '../../src/scim/filter.ts';
import { matches } from '../../src/scim/filter-match.ts';
import { represent } from '../../src/scim/meta.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { parseProjection, project } from '../../src/scim/projection.ts';
import { afterWrite } from '../../src/scim/projection-after-write.ts';
import { readResource, replaceResource } from '../../src/scim/resource.ts';
import { resourceTypesOf } from '../../src/scim/resource-types.ts';
import { readSchemaDefinition } from '../../src/scim/schema-definition.ts';
import { refuses } from './refusal.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const STAFF = 'urn:ietf:params:scim:schemas:extension:Staff:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const staff = {
  id: STAFF,
  attributes: [
    { name: 'grade', type: 'integer', required: true, description: 'The pay grade.' },
    { name: 'score', type: 'decimal' },
    { name: 'hiredAt', type: 'dateTime', mutability: 'immutable' },
    { name: 'badge', type: 'binary' },
    { name: 'page', type: 'reference', referenceTypes: ['external'] },
    { name: 'remote', type: 'boolean' },
    { name: 'pin', mutability: 'writeOnly' },
    { name: 'note', returned: 'request' },
    { name: 'code', returned: 'always', caseExact: true, canonicalValues: ['A', 'B'] },
    { name: 'rank', mutability: 'readOnly' },
    {
      name: 'lockers',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value' },
        { name: 'floor', type: 'integer', mutability: 'immutable' },
        { name: 'keys', multiValued: true },
      ],
    },
  ],
};

function faultsOf(body: unknown): readonly string[] {
  const read = readSchemaDefinition(body);
  return read.ok ? [] : read.faults.map(({ field, detail }) => `${field} ${detail}`);
}

test('what is left out has the defaults of RFC 7643 §2.2, and all is published', () => {
  const read = readSchemaDefinition({ id: 'urn:example:a', attributes: [{ name: 'x' }] });
  assert.ok(read.ok);
  assert.deepEqual(read.published, {
    id: 'urn:example:a',
    name: 'urn:example:a',
    description: '',
    resourceType: 'User',
    attributes: [
      {
        name: 'x',
        type: 'string',
        multiValued: false,
        description: '',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
      },
    ],
  });
});

test('what is published is read again to the same', () => {
  const read = readSchemaDefinition(staff);
  assert.ok(read.ok);
  assert.deepEqual(readSchemaDefinition(read.published), read);
});

const FAULTS: readonly (readonly [string, unknown, RegExp])[] = [
  ['no object', [], /^ must be a JSON object/],
  ['no id', {}, /^id must be a URI/],
  ['an id with a space', { id: 'urn:a b' }, /^id must be a URI/],
  ['an id that ends in a colon', { id: 'urn:a:' }, /^id must be a URI/],
  ['our own id', { id: 'urn:rollcall:x' }, /^id is the URI of a schema that exists already/],
  ['the core', { id: 'urn:ietf:params:scim:schemas:CORE:2.0:User' }, /^id is the URI of a schema/],
  ['a foreign member', { id: 'urn:example:a', owner: 1 }, /^owner must be one of schemas, id/],
  [
    'another resource type',
    { id: 'urn:example:a', resourceType: 'Car' },
    /^resourceType must be one of User, Group/,
  ],
  [
    'attributes that are none',
    { id: 'urn:example:a', attributes: [5] },
    /^attributes must be a list of at most 200 objects/,
  ],
  [
    'too many attributes',
    { id: 'urn:example:a', attributes: Array(201).fill({ name: 'a' }) },
    /^attributes must be a list/,
  ],
];

const ATTRIBUTE_FAULTS: readonly (readonly [string, object, RegExp])[] = [
  ['no name', {}, /^attributes\[0\]\.name must begin with a letter/],
  ['a name with a dot', { name: 'a.b' }, /\.name must begin with a letter/],
  ['a name that objects have', { name: 'constructor' }, /\.name must be another than constructor/],
  ['a word of the filter language', { name: 'Not' }, /\.name must be another than Not/],
  ['another type', { name: 'a', type: 'text' }, /\.type must be one of string, boolean/],
  ['a misspelled characteristic', { name: 'a', requierd: true }, /\.requierd must be one of name/],
  [
    'text for a flag',
    { name: 'a', required: 'yes' },
    /\.required must be true or false, not a string/,
  ],
  [
    'another mutability',
    { name: 'a', mutability: 'fixed' },
    /\.mutability must be one of readOnly/,
  ],
  ['another returned', { name: 'a', returned: 'yes' }, /\.returned must be one of always/],
  ['uniqueness', { name: 'a', uniqueness: 'server' }, /\.uniqueness must be one of none/],
  [
    'a secret that is returned',
    { name: 'a', mutability: 'writeOnly', returned: 'default' },
    /\.returned must be never/,
  ],
  [
    'required and not written',
    { name: 'a', required: true, mutability: 'readOnly' },
    /\.required must be false/,
  ],
  [
    'required and not kept',
    { name: 'a', required: true, mutability: 'writeOnly' },
    /\.required must be false/,
  ],
  ['complex without parts', { name: 'a', type: 'complex' }, /\.subAttributes must be there where/],
  [
    'simple with parts',
    { name: 'a', subAttributes: [{ name: 'b' }] },
    /\.subAttributes must be there where/,
  ],
  [
    'complex in complex',
    { name: 'a', type: 'complex', subAttributes: [{ name: 'b', type: 'complex' }] },
    /^attributes\[0\]\.subAttributes\[0\]\.type must not be complex/,
  ],
  [
    'too many canonical values',
    { name: 'a', canonicalValues: Array(51).fill('x') },
    /\.canonicalValues must be a list of at most 50 texts/,
  ],
  [
    'endless text',
    { name: 'a', description: 'x'.repeat(1001) },
    /\.description must be text of at most 1000/,
  ],
];

for (const [what, body, fault] of FAULTS) {
  test(`a definition is refused: ${what}`, () => {
    assert.match(faultsOf(body).join('\n'), fault);
  });
}

for (const [what, attribute, fault] of ATTRIBUTE_FAULTS) {
  test(`an attribute is refused: ${what}`, () => {
    const faults = faultsOf({ id: 'urn:example:a', attributes: [attribute] });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', fault);
  });
}

test('all faults are named at once, but no more than a hundred', () => {
  const attributes = [{ name: 'a' }, { name: 'A', type: 'x' }, { name: '1' }];
  assert.deepEqual(
    faultsOf({ id: 'x', attributes }).map((fault) => fault.split(' ')[0]),
    ['id', 'attributes[1].type', 'attributes[2].name', 'attributes[1].name'],
  );
  const many = Array.from({ length: 200 }, () => ({ type: 'x' }));
  assert.equal(faultsOf({ id: 'urn:example:a', attributes: many }).length, 100);
});

test('a definition that is nested without end is refused like any other', () => {
  const levels = 20_000;
  const text = `${'{"type":"complex","subAttributes":['.repeat(levels)}${']}'.repeat(levels)}`;
  const faults = faultsOf({ id: 'urn:example:a', attributes: [JSON.parse(text)] });
  assert.ok(faults.length > 0);
});

const settings = { unknownAttributes: 'ignore', strictInterop: false } as const;
const types = resourceTypesOf({
  ...settings,
  schemaExtensions: [
    staff,
    { id: 'urn:example:Unit', resourceType: 'Group', attributes: [{ name: 'cost' }] },
  ],
});
const { User } = types;

test('each source has its own extensions of each resource type, and the same ones each time', () => {
  const ids = schemas([types.User, types.Group], '').map(({ id }) => id);
  assert.ok(ids.indexOf(STAFF) < ids.indexOf('urn:example:Unit'));
  assert.equal(resourceTypesOf({ ...settings, schemaExtensions: [] }).User.extensions.length, 2);
  const again = { ...settings, schemaExtensions: [JSON.parse(JSON.stringify(staff))] };
  assert.equal(resourceTypesOf(again), resourceTypesOf(again));
});

const extension = {
  grade: 3,
  score: 1.5,
  hiredAt: '2026-01-31T12:00:00Z',
  badge: 'AQID',
  page: '../x',
  remote: true,
  note: 'n',
  code: 'C',
  lockers: [{ value: 'l1', floor: 2, keys: ['k1', 'k2'] }],
};
const ada = { schemas: [USER, STAFF], userName: 'ada', [STAFF]: extension };

test('values of every type are read, and what is readOnly or a secret is not kept', () => {
  const body = { ...ada, [STAFF]: { ...extension, pin: '1234', rank: 'first' } };
  assert.deepEqual(readResource(User, body), { resource: ada, ignored: [] });
  assert.deepEqual(replaceResource(User, ada, ada), { resource: ada, ignored: [], changed: false });
});

const MISTYPED: readonly (readonly [object, RegExp])[] = [
  [{ grade: '3' }, /Staff:2\.0:User:grade must be a whole number, not a string/],
  [{ score: Number.POSITIVE_INFINITY }, /score must be a number/],
  [{ hiredAt: 'yesterday' }, /hiredAt must be a date and time/],
  [{ badge: '!' }, /badge must be base64/],
  [{ page: 5 }, /page must be a string/],
  [{ remote: 'yes' }, /remote must be true or false/],
  [{ pin: 5 }, /pin must be a string/],
  [{ lockers: [{ floor: 1.5 }] }, /lockers\[0\]\.floor must be a whole number/],
  [{ lockers: [{ keys: [1] }] }, /lockers\[0\]\.keys\[0\] must be a string/],
  [{ grade: null }, /grade is required/],
];

for (const [members, detail] of MISTYPED) {
  test(`refused by its type: ${JSON.stringify(members)}`, () => {
    const body = { ...ada, [STAFF]: { ...extension, ...members } };
    refuses(() => readResource(User, body), 'invalidValue', detail);
  });
}

interface Asked {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function patched(operation: Asked): JsonObject[string] | undefined {
  const request = readPatch({ schemas: [PATCH_OP], Operations: [operation] });
  return applyPatch(User, ada, request).resource[STAFF];
}

test('PATCH keeps the rules of each attribute', () => {
  const path = (name: string) => `${STAFF.toLowerCase()}:${name}`;
  assert.deepEqual(
    patched({ op: 'add', path: path('LOCKERS[value eq "L1"].keys'), value: ['k3'] }),
    {
      ...extension,
      lockers: [{ value: 'l1', floor: 2, keys: ['k3'] }],
    },
  );
  assert.deepEqual(patched({ op: 'replace', value: { [path('score')]: 2 } }), {
    ...extension,
    score: 2,
  });
  assert.deepEqual(patched({ op: 'replace', path: path('pin'), value: 'x' }), extension);
  refuses(() => patched({ op: 'remove', path: path('grade') }), 'mutability', /grade is required/);
  refuses(() => patched({ op: 'replace', path: path('grade'), value: null }), 'invalidValue');
  refuses(
    () => patched({ op: 'replace', path: path('rank'), value: 'x' }),
    'mutability',
    /readOnly/,
  );
  refuses(() => patched({ op: 'remove', path: path('hiredAt') }), 'mutability', /immutable/);
  refuses(
    () => patched({ op: 'add', path: path('lockers.floor'), value: 3 }),
    'mutability',
    /immutable/,
  );
  refuses(
    () => patched({ op: 'add', path: path('score'), value: 'x' }),
    'invalidValue',
    /a number/,
  );
  refuses(() => patched({ op: 'add', path: path('score.x'), value: 1 }), 'invalidPath');
});

const FILTERS: readonly (readonly [string, boolean])[] = [
  ['grade ge 3', true],
  ['score lt 1.5', false],
  ['hiredAt eq "2026-01-31T13:00:00+01:00"', true],
  ['badge eq "AQID"', true],
  ['badge eq "aqid"', false],
  ['page sw "../X"', false],
  ['remote eq true', true],
  ['code eq "c"', false],
  ['lockers.keys eq "K2"', true],
  ['lockers[value eq "l1" and floor gt 2]', false],
  ['rank pr', false],
];

for (const [filter, holds] of FILTERS) {
  test(`a filter by its type: ${filter}`, () => {
    assert.equal(matches(parseFilter(`${STAFF}:${filter}`), ada, User), holds);
  });
}

test('`returned` holds in an extension: always, on request, never', () => {
  const stored = { ...ada, id: '1', [STAFF]: { code: 'C', note: 'n', grade: 3, pin: 'left over' } };
  const asked = (query: object) => project(stored, User, parseProjection(User, query))[STAFF];
  assert.deepEqual(asked({}), { code: 'C', grade: 3 });
  assert.deepEqual(asked({ attributes: 'userName' }), { code: 'C' });
  assert.deepEqual(asked({ attributes: `${STAFF}:note,${STAFF}:pin` }), { code: 'C', note: 'n' });
  assert.deepEqual(asked({ attributes: STAFF }), { code: 'C', note: 'n', grade: 3 });
  assert.deepEqual(asked({ excludedAttributes: STAFF }), { code: 'C' });
  assert.deepEqual(asked({ excludedAttributes: `${STAFF}:grade,${STAFF}:code` }), { code: 'C' });
});

test('RFC 7643 §7: what is returned on request is in the answer to a write that specifies it', () => {
  const stored = { ...ada, [STAFF]: { note: 'n', grade: 3 } };
  const answer = (body: unknown, query: object = {}) =>
    project(stored, User, afterWrite(User, parseProjection(User, query), body))[STAFF];
  const operation = (path: string) => ({ Operations: [{ op: 'add', path, value: 'n' }] });
  assert.deepEqual(answer({ [STAFF]: { NOTE: 'n' } }), { note: 'n', grade: 3 });
  assert.deepEqual(answer({ [STAFF]: { grade: 3 } }), { grade: 3 });
  assert.deepEqual(answer(operation(`${STAFF}:note`)), { note: 'n', grade: 3 });
  assert.deepEqual(answer(operation(`${STAFF}:grade`)), { grade: 3 });
  assert.equal(answer(operation(`${STAFF}:note`), { attributes: 'userName' }), undefined);
});

test('what is defined no longer is not shown, nor is the URI of its schema', () => {
  const { User: before } = resourceTypesOf({ ...settings, schemaExtensions: [] });
  const issued = { id: '1', created: new Date(0), lastModified: new Date(0), version: 1 };
  const whole = represent(before, ada, { issued, baseUrl: '' });
  const { meta, ...shown } = project(whole, before, parseProjection(before, {}));
  assert.deepEqual(shown, { schemas: [USER], id: '1', userName: 'ada' });
});

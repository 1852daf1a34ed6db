/** Attributes that no schema defines: ignored, refused or kept, as the source has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model.ts';
import { represent } from '../../src/scim/meta.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { parseProjection, project } from '../../src/scim/projection.ts';
import { readResource, replaceResource } from '../../src/scim/resource.ts';
import { type ResourceType, resourceTypesOf } from '../../src/scim/resource-types.ts';
import { refuses } from './refusal.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SHOES = 'urn:example:params:scim:schemas:shoes:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const settings = { strictInterop: false, schemaExtensions: [] };
const { User: keeping } = resourceTypesOf({ ...settings, unknownAttributes: 'keep' });
const { User: refusing } = resourceTypesOf({ ...settings, unknownAttributes: 'refuse' });
const { User: strict } = resourceTypesOf({
  ...settings,
  unknownAttributes: 'keep',
  strictInterop: true,
});

const ada: JsonObject = { schemas: [USER], userName: 'ada' };

interface Asked {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function patch(type: ResourceType, stored: JsonObject, ...operations: readonly Asked[]) {
  return applyPatch(type, stored, readPatch({ schemas: [PATCH_OP], Operations: operations }));
}

const sent = {
  schemas: [USER, SHOES, 'urn:example:marker'],
  userName: 'ada',
  ShoeSize: 39.5,
  favourites: [{ colour: 'red' }, 'tea'],
  name: { givenName: 'Ada', nick: 'A' },
  emails: [{ value: 'ada@example.com', Verified: true }],
  [ENTERPRISE]: { department: 'Analysis', floor: 2 },
  [SHOES]: { laces: false },
};

test('keep: what no schema defines stays where it was sent, and so does the URI of its schema', () => {
  const { resource, ignored } = readResource(keeping, sent);
  assert.deepEqual(resource, { ...sent, schemas: [USER, ENTERPRISE, SHOES, 'urn:example:marker'] });
  assert.deepEqual(ignored, []);
  const issued = { id: '1', created: new Date(0), lastModified: new Date(0), version: 1 };
  const whole = represent(keeping, resource, { issued, baseUrl: '' });
  const { id, meta, ...shown } = project(whole, keeping, parseProjection(keeping, {}));
  assert.deepEqual(shown, resource);
  assert.deepEqual(replaceResource(keeping, resource, whole), {
    resource,
    ignored: [],
    changed: false,
  });
});

test('keep: unassigned is unassigned, and the first spelling of a name stays', () => {
  const body = { ...ada, a: null, b: [], c: {}, d: '', shoeSize: 1, SHOESIZE: 2 };
  assert.deepEqual(readResource(keeping, body).resource, { ...ada, shoeSize: 2 });
});

test('keep: no name that objects answer to, no name without bound', () => {
  const body = JSON.parse(`{
    "schemas": ["${USER}"], "userName": "ada", "__proto__": {"active": true}, "toString": 1,
    "constructor": {"prototype": 1}, "prototype": 1, "": 1, "a\\u0000b": 1,
    "kept": {"__proto__": {"x": 1}, "constructor": 1, "y": [{"prototype": 1, "z": -0}]}
  }`);
  const { resource, ignored } = readResource(keeping, { ...body, ['x'.repeat(201)]: 1 });
  assert.deepEqual(resource, { ...ada, kept: { y: [{ z: 0 }] } });
  assert.deepEqual(ignored, [
    '__proto__',
    'toString',
    'constructor',
    'prototype',
    '',
    'a\uFFFDb',
    'x'.repeat(200),
  ]);
});

const deep = JSON.parse(`${'['.repeat(17)}1${']'.repeat(17)}`);
const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`a${index}`, 1]));
const UNKEPT: readonly (readonly [string, object, RegExp])[] = [
  ['too deep', { x: deep }, /x is nested more than 16 levels deep/],
  ['too long', { x: 'y'.repeat(65_536) }, /x is longer than 65536 characters/],
  ['too many', many, /one attribute too many; keep at most 500/],
  ['text that cannot be stored', { x: ['a\0b'] }, /x has text or a number that cannot be stored/],
  ['an infinite number', { x: { y: Number.POSITIVE_INFINITY } }, /x has text or a number/],
];

for (const [what, members, detail] of UNKEPT) {
  test(`keep: refused is ${what}`, () => {
    refuses(() => readResource(keeping, { ...ada, ...members }), 'invalidValue', detail);
  });
}

const SHOWN: readonly (readonly [string, object, object])[] = [
  ['attributes', { attributes: 'SHOESIZE' }, { ShoeSize: 39.5 }],
  ['a member of one', { attributes: 'name.NICK' }, { name: { nick: 'A' } }],
  ['one in a list', { attributes: 'emails.verified' }, { emails: [{ Verified: true }] }],
  ['one of an extension', { attributes: `${ENTERPRISE}:FLOOR` }, { [ENTERPRISE]: { floor: 2 } }],
  ['an unknown schema', { attributes: SHOES.toUpperCase() }, { [SHOES]: { laces: false } }],
  ['an attribute of one', { attributes: `${SHOES}:laces` }, { [SHOES]: { laces: false } }],
  [
    'all but some',
    { excludedAttributes: `userName,shoesize,favourites,name.nick,emails,${ENTERPRISE},${SHOES}` },
    { name: { givenName: 'Ada' } },
  ],
];

for (const [what, query, expected] of SHOWN) {
  test(`keep: projected by name in any case: ${what}`, () => {
    const { resource } = readResource(keeping, sent);
    const { schemas, ...shown } = project(resource, keeping, parseProjection(keeping, query));
    assert.deepEqual(shown, expected);
  });
}

const kept: JsonObject = readResource(keeping, sent).resource;
const PATCHED: readonly (readonly [string, Asked, object])[] = [
  ['an attribute', { op: 'replace', path: 'shoesize', value: 40 }, { ShoeSize: 40 }],
  [
    'without a path',
    { op: 'add', value: { SHOESIZE: 41, 'hat size': 7 } },
    { ShoeSize: 41, 'hat size': 7 },
  ],
  ['a new one', { op: 'add', path: 'hat', value: { size: 7 } }, { hat: { size: 7 } }],
  ['removed', { op: 'remove', path: 'SHOESIZE' }, { ShoeSize: undefined }],
  ['unassigned', { op: 'replace', path: 'ShoeSize', value: null }, { ShoeSize: undefined }],
  [
    'a list is added to',
    { op: 'add', path: 'favourites', value: ['tea', 'cake'] },
    { favourites: [{ colour: 'red' }, 'tea', 'cake'] },
  ],
  [
    'a list is replaced',
    { op: 'replace', path: 'favourites', value: ['tea'] },
    { favourites: ['tea'] },
  ],
  [
    'a member of a known attribute',
    { op: 'replace', path: 'name.Nick', value: 'B' },
    { name: { givenName: 'Ada', nick: 'B' } },
  ],
  [
    'a member of selected values',
    { op: 'replace', path: 'emails[value pr].verified', value: false },
    { emails: [{ value: 'ada@example.com', Verified: false }] },
  ],
  [
    'a value added again',
    { op: 'add', path: 'emails', value: { value: 'ADA@example.com', seen: 1 } },
    { emails: [{ value: 'ada@example.com', Verified: true, seen: 1 }] },
  ],
  [
    'of a known extension',
    { op: 'add', path: ENTERPRISE, value: { Floor: 3 } },
    { [ENTERPRISE]: { department: 'Analysis', floor: 3 } },
  ],
  [
    'all of a known extension',
    { op: 'remove', path: ENTERPRISE },
    { [ENTERPRISE]: undefined, schemas: [USER, SHOES, 'urn:example:marker'] },
  ],
  [
    'of an unknown schema',
    { op: 'add', path: `${SHOES}:soles`, value: 2 },
    { [SHOES]: { laces: false, soles: 2 } },
  ],
  [
    'several of an unknown schema',
    { op: 'replace', value: { [SHOES.toUpperCase()]: { Laces: true, soles: 2 } } },
    { [SHOES]: { laces: true, soles: 2 } },
  ],
  [
    'all of an unknown schema',
    { op: 'remove', path: SHOES },
    { [SHOES]: undefined, schemas: [USER, ENTERPRISE, SHOES, 'urn:example:marker'] },
  ],
  [
    'the URIs of schemas',
    { op: 'replace', path: 'schemas', value: [USER] },
    { schemas: [USER, ENTERPRISE, SHOES] },
  ],
];

for (const [what, operation, expected] of PATCHED) {
  test(`keep: patched is ${what}`, () => {
    const { resource } = patch(keeping, kept, operation);
    const wanted: Record<string, unknown> = { ...kept, ...expected };
    for (const name of Object.keys(wanted)) if (wanted[name] === undefined) delete wanted[name];
    assert.deepEqual(resource, wanted);
  });
}

test('keep: a new schema by PATCH, as a whole or one of its attributes', () => {
  const whole = patch(keeping, ada, { op: 'add', path: SHOES, value: { laces: true } }).resource;
  assert.deepEqual(whole, { ...ada, schemas: [USER, SHOES], [SHOES]: { laces: true } });
  const one = patch(keeping, ada, { op: 'add', path: `${SHOES}:laces`, value: true }).resource;
  assert.deepEqual(one, whole);
});

test('keep: values of what no schema defines cannot be selected', () => {
  refuses(
    () => patch(keeping, kept, { op: 'remove', path: 'favourites[colour eq "red"]' }),
    'invalidPath',
    /No schema defines favourites; leave the \[ \] out/,
  );
});

test('what was kept is not shown once it is ignored, and is there again once it is kept', () => {
  const ignoring = resourceTypesOf({ ...settings, unknownAttributes: 'ignore' }).User;
  const issued = { id: '1', created: new Date(0), lastModified: new Date(0), version: 1 };
  const whole = represent(ignoring, kept, { issued, baseUrl: '' });
  const shown = project(whole, ignoring, parseProjection(ignoring, {}));
  assert.deepEqual(shown.schemas, [USER, ENTERPRISE]);
  assert.deepEqual(shown[ENTERPRISE], { department: 'Analysis' });
  assert.equal('ShoeSize' in shown || SHOES in shown, false);
  const { resource } = patch(ignoring, kept, { op: 'add', path: 'title', value: 'Countess' });
  assert.equal(resource.ShoeSize, 39.5);
});

const IN_BODIES: readonly (readonly [string, object])[] = [
  ['an attribute', { shoeSize: 5 }],
  ['a sub-attribute', { name: { nick: 'A' } }],
  ['a sub-attribute of a value', { emails: [{ value: 'a@example.com', verified: true }] }],
  ['an attribute of an extension', { [ENTERPRISE]: { floor: 2 } }],
  ['the data of a schema', { [SHOES]: {} }],
  ['the URI of a schema', { schemas: [USER, SHOES] }],
];

for (const type of [refusing, strict]) {
  const policy = type === strict ? 'strict interoperability' : 'refuse';
  for (const [what, members] of IN_BODIES) {
    test(`${policy}: ${what} that is unknown, in the bodies of POST and PUT`, () => {
      const body = { ...ada, ...members };
      const refusal = /^No schema of a User defines \S+; send what \/Schemas lists\.$/;
      refuses(() => readResource(type, body), 'invalidSyntax', refusal);
      refuses(() => replaceResource(type, ada, body), 'invalidSyntax', refusal);
    });
  }
  test(`${policy}: unknown attributes in a PATCH`, () => {
    const refused = (operation: Asked, scimType: Parameters<typeof refuses>[1]) =>
      refuses(() => patch(type, ada, operation), scimType);
    refused({ op: 'add', path: 'shoeSize', value: 5 }, 'invalidPath');
    refused({ op: 'remove', path: 'name.nick' }, 'invalidPath');
    refused({ op: 'add', path: `${SHOES}:laces`, value: true }, 'invalidPath');
    refused({ op: 'add', path: 'name', value: { nick: 'A' } }, 'invalidSyntax');
    refused({ op: 'add', path: ENTERPRISE, value: { floor: 2 } }, 'invalidSyntax');
    refused({ op: 'add', path: 'schemas', value: [SHOES] }, 'invalidSyntax');
    refused({ op: 'add', value: { shoeSize: 5 } }, 'invalidSyntax');
  });
}

test('refuse: what the server issued may be sent again', () => {
  const issued = { ...ada, id: '1', meta: { version: 'x', foreign: 1 }, groups: [{ foreign: 1 }] };
  assert.deepEqual(readResource(refusing, issued).resource, ada);
  const value = { meta: { foreign: 1 }, title: 'Countess' };
  assert.equal(patch(refusing, ada, { op: 'add', value }).resource.title, 'Countess');
});

test('strict interoperability: an operation names its path, down to a sub-attribute of a value', () => {
  const stored = { ...ada, emails: [{ value: 'ada@example.com', type: 'work' }] };
  const refused = (operation: Asked, ...as: [Parameters<typeof refuses>[1], RegExp]) =>
    refuses(() => patch(strict, stored, operation), ...as);
  refused({ op: 'replace', value: { active: false } }, 'invalidSyntax', /needs a path/);
  refused(
    { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'b@example.com' } },
    'invalidPath',
    /must end in a sub-attribute/,
  );
  refused(
    { op: 'replace', path: 'emails[kind eq "work"].value', value: 'b@example.com' },
    'invalidFilter',
    /emails has no sub-attribute kind/,
  );
  const operation = { op: 'replace', path: 'emails[type eq "work"].value', value: 'b@example.com' };
  assert.deepEqual(patch(strict, stored, operation).resource.emails, [
    { value: 'b@example.com', type: 'work' },
  ]);
});

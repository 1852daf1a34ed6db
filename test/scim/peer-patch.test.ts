/**
 * The PATCH of scim-patch, which knows no schemas, beside ours: on the same inputs every difference
 * is one that a clause explains.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import * as peer from 'scim-patch';
import type { JsonObject } from '../../src/model.ts';
import { ScimError } from '../../src/scim/error.ts';
import { isArray, isObject } from '../../src/scim/json.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { userType } from '../../src/scim/resource-types.ts';

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
  readonly op: 'add' | 'replace' | 'remove';
  readonly path?: string;
  readonly value?: unknown;
}

type Outcome = JsonObject | 'refused';

function ours(stored: JsonObject, operation: Asked): Outcome {
  try {
    const request = readPatch({ schemas: [PATCH_OP], Operations: [operation] });
    return applyPatch(userType, stored, request).resource;
  } catch (error) {
    if (error instanceof ScimError) return 'refused';
    throw error;
  }
}

function theirs(stored: JsonObject, operation: Asked): Outcome {
  try {
    const body = JSON.parse(JSON.stringify({ stored, operation }));
    peer.patchBodyValidation({ schemas: [PATCH_OP], Operations: [body.operation] });
    return JSON.parse(JSON.stringify(peer.scimPatch(body.stored, [body.operation])));
  } catch {
    return 'refused';
  }
}

const ALIKE: readonly Asked[] = [
  { op: 'add', path: 'title', value: 'Countess' },
  { op: 'add', value: { title: 'Countess', emails: [{ value: 'c@example.com' }] } },
  { op: 'add', path: 'emails', value: [{ value: 'c@example.com' }] },
  { op: 'add', path: 'emails', value: { value: 'c@example.com' } },
  { op: 'add', path: 'emails', value: [home] },
  { op: 'add', path: 'name', value: { middleName: 'King' } },
  { op: 'add', path: 'name.middleName', value: 'King' },
  { op: 'add', path: 'emails[type eq "home"].display', value: 'Ada' },
  { op: 'add', path: 'emails[type eq "other"].value', value: 'c@example.com' },
  { op: 'replace', path: 'emails[type eq "other"].value', value: 'c@example.com' },
  { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'c@example.com' } },
  { op: 'replace', path: 'emails[type eq "home"].value', value: 'c@example.com' },
  { op: 'replace', path: 'emails', value: [home] },
  { op: 'replace', path: 'name', value: { givenName: 'Augusta' } },
  { op: 'replace', path: `${USER}:title`, value: 'Countess' },
  { op: 'replace', value: { 'name.givenName': 'Augusta' } },
  { op: 'remove', path: 'name' },
  { op: 'remove', path: 'name.givenName' },
  { op: 'remove', path: 'title' },
  { op: 'remove', path: 'emails' },
  { op: 'remove', path: 'emails[type eq "work"]' },
  { op: 'remove', path: 'emails[value pr]' },
  { op: 'remove', path: 'emails[type eq "other"]' },
  { op: 'remove', path: 'emails[type eq "work"].primary' },
  { op: 'remove', path: 'emails.type' },
  { op: 'remove', path: 'emails', value: [home] },
  { op: 'remove' },
];

for (const operation of ALIKE) {
  test(`both do the same: ${JSON.stringify(operation)}`, () => {
    assert.deepEqual(ours(ada, operation), theirs(ada, operation));
  });
}

/** The members of an outcome that differ from what was stored. */
function changes(outcome: Outcome): object | 'refused' {
  if (outcome === 'refused') return outcome;
  const names = [...new Set([...Object.keys(ada), ...Object.keys(outcome)])];
  const changed = names.filter((name) => !isDeepStrictEqual(ada[name], outcome[name]));
  return Object.fromEntries(changed.map((name) => [name, outcome[name]]));
}

const moved = {
  emails: [
    { ...work, primary: false },
    { ...home, primary: true },
  ],
};
const DIFFERENT: readonly (readonly [string, Asked, object | 'refused', object | 'refused'])[] = [
  [
    'RFC 7644 §3.5.2: a new primary takes it from the others',
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    moved,
    { emails: [work, { ...home, primary: true }] },
  ],
  [
    'RFC 7643 §2.4: no second of the same value and type',
    { op: 'add', path: 'emails', value: [{ ...home, display: 'Ada' }] },
    { emails: [work, { ...home, display: 'Ada' }] },
    { emails: [work, home, { ...home, display: 'Ada' }] },
  ],
  [
    'RFC 7643 §7 caseExact: the same value in another case is the same value',
    { op: 'add', path: 'emails', value: [{ ...home, value: 'ADA@home.example.org' }] },
    {},
    { emails: [work, home, { ...home, value: 'ADA@home.example.org' }] },
  ],
  [
    'RFC 7643 §7 caseExact: a filter selects in any case',
    { op: 'remove', path: 'emails[type eq "WORK"]' },
    { emails: [home] },
    {},
  ],
  [
    'RFC 7644 §3.5.2.3: no match, no target, unless the filter names a canonical type',
    { op: 'replace', path: 'emails[type eq "laboratory"].value', value: 'c@example.com' },
    'refused',
    { emails: [work, home, { type: 'laboratory', value: 'c@example.com' }] },
  ],
  [
    'RFC 7644 §3.5.2.3: a replace leaves other sub-attributes unchanged, without a path too',
    { op: 'replace', value: { name: { givenName: 'Augusta' } } },
    { name: { givenName: 'Augusta', familyName: 'Lovelace' } },
    { name: { givenName: 'Augusta' } },
  ],
  [
    'RFC 7644 §3.5.2.3: the values are replaced as a whole, by a list of one as well',
    { op: 'replace', path: 'emails', value: home },
    { emails: [home] },
    { emails: [{ ...home, primary: true }, home] },
  ],
  [
    'RFC 7643 §2.1: names are case insensitive',
    { op: 'add', path: 'TITLE', value: 'Countess' },
    { title: 'Countess' },
    { TITLE: 'Countess' },
  ],
  [
    'RFC 7643 §3: schemas follow from the attributes',
    { op: 'add', path: `${ENTERPRISE}:department`, value: 'A' },
    { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'A' } },
    { [ENTERPRISE]: { department: 'A' } },
  ],
  [
    'RFC 7644 §3.10: the URN of an extension is no path with a dot',
    { op: 'add', value: { [ENTERPRISE]: { department: 'A' } } },
    { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'A' } },
    { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0': { User: { department: 'A' } } },
  ],
  [
    'Entra ID lists what is to be removed by its value alone',
    { op: 'remove', path: 'emails', value: [{ value: home.value }] },
    { emails: [work] },
    {},
  ],
  [
    'Entra ID sends value paths as keys of a value',
    { op: 'replace', value: { 'emails[type eq "work"].value': 'c@example.com' } },
    { emails: [{ ...work, value: 'c@example.com' }, home] },
    { 'emails[type eq "work"]': { value: 'c@example.com' } },
  ],
  [
    'RFC 7644 §3.5.2.2: a required attribute is not removed',
    { op: 'remove', path: 'userName' },
    'refused',
    { userName: undefined },
  ],
  [
    'RFC 7644 §3.5.2: a readOnly attribute is not written',
    { op: 'replace', path: 'id', value: 'x' },
    'refused',
    { id: 'x' },
  ],
  [
    'RFC 7643 §2.3: a value has the type of its attribute',
    { op: 'add', path: 'title', value: 5 },
    'refused',
    { title: 5 },
  ],
  [
    'RFC 7643 §2.5: null and an empty list are no value',
    { op: 'replace', path: 'emails', value: [] },
    { emails: undefined },
    { emails: [] },
  ],
  [
    'RFC 7644 §3.3: what no schema defines is ignored',
    { op: 'add', path: 'shoeSize', value: 39 },
    {},
    { shoeSize: 39 },
  ],
];

for (const [clause, operation, own, other] of DIFFERENT) {
  test(clause, () => {
    assert.deepEqual(changes(ours(ada, operation)), own);
    assert.deepEqual(changes(theirs(ada, operation)), other);
  });
}

type Members = Readonly<Record<string, unknown>>;

function elementsOf(value: unknown): readonly Members[] {
  const list: readonly unknown[] = isArray(value) ? value : [value];
  return list.filter((element): element is Members => isObject(element));
}

interface Step {
  readonly before: JsonObject;
  readonly operation: Asked;
  /** What comes of it at the peer. */
  readonly other: Outcome;
}

function emailsIn({ path, value }: Asked): readonly Members[] {
  if (path?.startsWith('emails')) return elementsOf(value);
  return path === undefined && isObject(value) ? elementsOf(value.emails) : [];
}

function values(elements: readonly Members[]): readonly string[] {
  return elements.map(({ value }) => String(value).toLowerCase());
}

/** Clauses by which we differ, each with the operations to which it applies. */
const CLAUSES: readonly (readonly [string, (step: Step) => boolean])[] = [
  [
    'RFC 7644 §3.5.2: one primary',
    ({ operation }) => emailsIn(operation).some(({ primary }) => primary === true),
  ],
  [
    'RFC 7643 §2.4: no second of the same value',
    ({ before, operation }) => {
      const known = values(elementsOf(before.emails));
      const added = values(emailsIn(operation));
      return added.some((value, at) => known.includes(value) || added.indexOf(value) !== at);
    },
  ],
  [
    'RFC 7644 §3.5.2.3: no match, no target; RFC 7644 §3.5.2.1: what an add describes is added',
    ({ before, operation: { path = '' } }) => {
      const [, type] = /^emails\[type eq "(\w+)"\]/.exec(path) ?? [];
      const known = elementsOf(before.emails).map((email) => email.type);
      return type !== undefined && !known.includes(type);
    },
  ],
  [
    'RFC 7644 §3.5.2.3: other sub-attributes stay, without a path too',
    ({ operation: { path, value } }) => path === undefined && isObject(value),
  ],
  [
    'RFC 7643 §2.5: an empty list or object is no value',
    ({ operation: { value }, other }) => /\[\]|\{\}/.test(JSON.stringify([value, other])),
  ],
];

const words = fc.constantFrom('a@example.com', 'A@example.com', 'b@example.com');
const types = fc.constantFrom('work', 'home', 'other');
const emails = fc.record(
  { value: words, type: types, primary: fc.boolean() },
  { requiredKeys: ['value'], noNullPrototype: true },
);
const names = fc.record(
  { givenName: words, familyName: words },
  { requiredKeys: [], noNullPrototype: true },
);
const written = fc.constantFrom('add' as const, 'replace' as const);
const lists = fc.array(emails, { maxLength: 2 });
const operations: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ op: written, path: fc.constantFrom('title', 'name.givenName'), value: words }),
  fc.record({ op: written, path: fc.constant('name'), value: names }),
  fc.record({ op: written, path: fc.constant('emails'), value: lists }),
  fc.record({
    op: written,
    value: fc.record({ name: names, emails: lists }, { requiredKeys: [] }),
  }),
  fc.record({ op: written, path: types.map((type) => `emails[type eq "${type}"]`), value: emails }),
  fc.record({
    op: written,
    path: types.map((type) => `emails[type eq "${type}"].value`),
    value: words,
  }),
  fc.record({
    op: fc.constant('remove' as const),
    path: fc.oneof(
      fc.constantFrom('title', 'name', 'name.givenName', 'emails', 'emails.type'),
      types.map((type) => `emails[type eq "${type}"]`),
      types.map((type) => `emails[type eq "${type}"].primary`),
    ),
  }),
);

test('each operation does the same to the same resource, or a clause says why it does not', () => {
  let alike = 0;
  fc.assert(
    fc.property(fc.array(operations, { maxLength: 6 }), (sequence) => {
      let before = ada;
      for (const operation of sequence) {
        const after = ours(before, operation);
        const other = theirs(before, operation);
        if (isDeepStrictEqual(after, other)) alike += 1;
        else {
          const why = CLAUSES.some(([, applies]) => applies({ before, operation, other }));
          assert.ok(why, JSON.stringify({ before, operation, after }));
        }
        if (after !== 'refused') before = after;
      }
    }),
    { numRuns: 1000 },
  );
  assert.ok(alike > 500, `only ${alike} were alike`);
});

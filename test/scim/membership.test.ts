/** The members of a group as a set: what requests change without a look at who is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/model.ts';
import {
  type Member,
  type MembershipChange,
  membershipChange,
  membershipDifference,
  membershipOf,
} from '../../src/scim/membership.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { groupType } from '../../src/scim/resource-types.ts';
import { refuses } from './refusal.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const group: JsonObject = { schemas: [groupType.schema.id], displayName: 'Analysts' };
const apart: ReadonlySet<string> = new Set(['members']);

interface Asked {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

function request(operations: readonly Asked[]) {
  return readPatch({ schemas: [PATCH_OP], Operations: operations });
}

/** What operations change, without a look at the members. */
function changeOf(operations: readonly Asked[]): MembershipChange | null {
  return membershipChange(applyPatch(groupType, group, request(operations), {}, { apart }).apart);
}

const member = (value: string): Member => ({ key: value.toLowerCase(), value });
const change = (
  add: readonly string[],
  remove: readonly string[],
  clear = false,
): MembershipChange => ({ clear, add: add.map(member), remove });

const CASES: readonly (readonly [string, readonly Asked[], MembershipChange | null])[] = [
  [
    'members are added',
    [{ op: 'add', path: 'members', value: [{ value: 'u1' }, { value: 'U2' }, { value: 'u2' }] }],
    change(['u1', 'U2'], []),
  ],
  [
    'members are added without a path',
    [{ op: 'Add', value: { members: [{ value: 'u1' }] } }],
    change(['u1'], []),
  ],
  [
    'listed members are removed, by value or by reference',
    [
      {
        op: 'remove',
        path: 'members',
        value: [{ value: 'U1' }, { $ref: 'https://example.com/v2/Users/u2' }, { display: 'Ada' }],
      },
    ],
    change([], ['u1', 'u2']),
  ],
  ['all are removed', [{ op: 'remove', path: 'members' }], change([], [], true)],
  [
    'those that a filter names are removed',
    [
      { op: 'remove', path: 'members[value eq "U1"]' },
      { op: 'remove', path: 'MEMBERS[VALUE EQ "u2" or value eq "u3"]' },
    ],
    change([], ['u1', 'u2', 'u3']),
  ],
  [
    'a replace says who is there',
    [
      { op: 'add', path: 'members', value: [{ value: 'u0' }] },
      { op: 'replace', path: 'members', value: [{ value: 'u1' }] },
      { op: 'remove', path: 'members[value eq "u1"]' },
      { op: 'add', path: 'members', value: { value: 'u2' } },
    ],
    change(['u2'], [], true),
  ],
  [
    'a replace with an empty list empties',
    [{ op: 'replace', path: 'members', value: [] }],
    change([], [], true),
  ],
  [
    'the last operation on a member counts',
    [
      { op: 'remove', path: 'members[value eq "u1"]' },
      { op: 'add', path: 'members', value: [{ value: 'u1' }, { value: 'u2' }] },
      { op: 'remove', path: 'members', value: [{ value: 'u2' }] },
    ],
    change(['u1'], ['u2']),
  ],
  [
    'a member is added by the path that names it',
    [{ op: 'add', path: 'members[value eq "u1"]', value: { value: 'u1' } }],
    change(['u1'], []),
  ],
  [
    'other attributes are no members',
    [{ op: 'replace', path: 'displayName', value: 'B' }],
    change([], []),
  ],
  ['a filter by type needs a look', [{ op: 'remove', path: 'members[type eq "User"]' }], null],
  [
    'so does a filter with and',
    [{ op: 'remove', path: 'members[value eq "a" and type pr]' }],
    null,
  ],
  ['so does a filter with ne', [{ op: 'remove', path: 'members[value ne "a"]' }], null],
  [
    'so does a sub-attribute',
    [{ op: 'add', path: 'members[value eq "u1"].display', value: 'Ada' }],
    null,
  ],
  [
    'so does replacing one',
    [{ op: 'replace', path: 'members[value eq "u1"]', value: { value: 'u1' } }],
    null,
  ],
];

for (const [what, operations, expected] of CASES) {
  test(what, () => assert.deepEqual(changeOf(operations), expected));
}

test('the other operations of the request are applied', () => {
  const operations = [
    { op: 'replace', value: { displayName: 'B', members: [{ value: 'u1', display: 'Ada' }] } },
  ];
  const result = applyPatch(groupType, group, request(operations), {}, { apart });
  assert.deepEqual(result.resource, { ...group, displayName: 'B' });
  assert.deepEqual(membershipChange(result.apart)?.add, [{ ...member('u1'), display: 'Ada' }]);
});

const REFUSED: readonly (readonly [string, Asked, Parameters<typeof refuses>[1]])[] = [
  [
    'a value of another type',
    { op: 'add', path: 'members', value: [{ value: 5 }] },
    'invalidValue',
  ],
  [
    'a member of no value',
    { op: 'add', path: 'members', value: [{ display: 'A' }] },
    'invalidValue',
  ],
  [
    'an endless value',
    { op: 'add', path: 'members', value: [{ value: 'u'.repeat(513) }] },
    'invalidValue',
  ],
  [
    'an endless reference',
    { op: 'add', path: 'members', value: [{ $ref: `/Users/${'u'.repeat(513)}` }] },
    'invalidValue',
  ],
  ['a filter that is none', { op: 'remove', path: 'members[value]' }, 'invalidFilter'],
  ['a comparison of another type', { op: 'remove', path: 'members[value eq 5]' }, 'invalidFilter'],
  [
    'a listed value of another type',
    { op: 'remove', path: 'members', value: ['a', 5] },
    'invalidValue',
  ],
];

for (const [what, operation, scimType] of REFUSED) {
  test(`refused without a look at the members: ${what}`, () => {
    refuses(() => changeOf([operation]), scimType);
  });
}

test('RFC 7643 §4.2: a member is known by its value in any case, or by the end of its $ref', () => {
  const ref = 'https://example.com/scim/v2/Groups/G1';
  assert.deepEqual(
    membershipOf([
      { value: 'U1', type: 'User', display: 'Ada' },
      { value: 'u1', type: 'User' },
      { $ref: ref },
    ]),
    [
      { key: 'u1', value: 'U1', type: 'User', display: 'Ada' },
      { key: 'g1', value: 'G1', ref },
    ],
  );
  assert.deepEqual(membershipOf(undefined), []);
  refuses(() => membershipOf([{ $ref: 'urn:example:u1' }]), 'invalidValue', /send the id/);
});

const names = fc.constantFrom('u1', 'u2', 'u3', 'g4');
/** The id says what a member is: no server gives one id to a user and a group. */
const elements = fc
  .record(
    { value: names, typed: fc.boolean(), display: fc.constantFrom('A', 'B') },
    { requiredKeys: ['value'] },
  )
  .map(({ typed, ...element }) =>
    typed ? { ...element, type: element.value.startsWith('u') ? 'User' : 'Group' } : element,
  );
const lists = fc.array(elements, { maxLength: 3 });
const selections = fc.oneof(
  names.map((name) => `members[value eq "${name}"]`),
  fc.tuple(names, names).map(([a, b]) => `members[value eq "${a}" or value eq "${b}"]`),
);
const operations = fc.array(
  fc.oneof(
    fc.record({
      op: fc.constant('add'),
      path: fc.constant('members'),
      value: fc.oneof(lists, elements),
    }),
    fc.record({ op: fc.constantFrom('add', 'replace'), value: fc.record({ members: lists }) }),
    fc.record({ op: fc.constant('replace'), path: fc.constant('members'), value: lists }),
    fc.record({ op: fc.constant('remove'), path: fc.constant('members') }),
    fc.record({ op: fc.constant('remove'), path: fc.constant('members'), value: lists }),
    fc.record({ op: fc.constant('remove'), path: selections }),
    names.map((value) => ({ op: 'add', path: `members[value eq "${value}"]`, value: { value } })),
  ),
  { maxLength: 5 },
);

function keysOf(members: readonly Member[]): readonly string[] {
  return members.map(({ key }) => key).sort();
}

function applied(members: readonly Member[], { clear, add, remove }: MembershipChange) {
  const stay = clear ? [] : members.filter(({ key }) => !remove.includes(key));
  return keysOf(stay.filter(({ key }) => !add.some((added) => added.key === key)).concat(add));
}

test('what is told without a look is what the engine does on the whole group', () => {
  fc.assert(
    fc.property(lists, operations, (current, asked) => {
      const before = membershipOf(current);
      const told = changeOf(asked);
      assert.ok(told !== null);
      assert.ok(told.add.every(({ key }) => !told.remove.includes(key)));
      const whole = before.length === 0 ? group : { ...group, members: current };
      const after = membershipOf(applyPatch(groupType, whole, request(asked)).resource.members);
      assert.deepEqual(applied(before, told), keysOf(after));
      assert.deepEqual(applied(before, membershipDifference(before, after)), keysOf(after));
    }),
    { numRuns: 2000 },
  );
});

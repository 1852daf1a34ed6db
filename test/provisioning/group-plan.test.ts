import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scim } from '../../src/connectors/scim.ts';
import { shopify } from '../../src/connectors/shopify.ts';
import type { RemoteGroup } from '../../src/provisioning/connector.ts';
import {
  changesIn,
  isGroupUnchanged,
  type KnownGroup,
  planGroup,
  wantedGroup,
} from '../../src/provisioning/group-plan.ts';
import { defaultPolicy, type Policy, policySchema } from '../../src/provisioning/policy.ts';
import { pushFaults } from '../../src/provisioning/policy-memberships.ts';
import type { DueGroupLink } from '../../src/store/group-links.ts';

const link: DueGroupLink = {
  ...{ sourceId: 'source-1', id: 'group-1', wanted: 1 },
  ...{ membership: null, made: false, told: false, name: null, attributes: {} },
  ...{ lookAgain: false, attempts: 0, reason: null, group: { displayName: 'Chess' } },
};
const linked = { ...link, membership: 'group:1', made: true, told: true, name: 'Chess' };

const pushing = (push: object, more: Partial<Policy> = {}): Policy =>
  policySchema.parse({ ...defaultPolicy(scim), push: { groups: 'all', ...push }, ...more });

const ours: RemoteGroup = { membership: 'group:1', key: 'group-1', name: 'Chess', attributes: {} };
const theirs: RemoteGroup = { membership: 'group:2', key: null, name: 'chess', attributes: {} };
const there = (group: RemoteGroup): KnownGroup => ({ kind: 'linked', group });
const found = (...groups: RemoteGroup[]): KnownGroup => ({ kind: 'unlinked', found: groups });

interface Case {
  readonly says: string;
  readonly link?: Partial<DueGroupLink>;
  readonly known: KnownGroup;
  readonly policy?: Policy;
  readonly plan: object;
}

const gone = { ...linked, group: null };

/** A policy that also says of which kind a group is. */
const withKind = (push: object = {}, more: Partial<Policy> = {}) =>
  pushing(
    {
      mapping: [
        { to: 'displayName', from: 'displayName', when: 'displayName ne "Secret"' },
        { to: 'kind', from: 'externalId' },
        { to: 'note', constant: 'From the directory' },
      ],
      ...push,
    },
    more,
  );
const once = pushing({
  mapping: [
    { to: 'displayName', from: 'displayName' },
    { to: 'kind', from: 'externalId', only: 'create' },
  ],
});
const note = 'From the directory';
const club = {
  ...linked,
  group: { displayName: 'Chess', externalId: 'club' },
  attributes: { kind: 'club', note },
};
const clubThere = { ...ours, attributes: { kind: 'club', note, color: 'red' } };

const cases: readonly Case[] = [
  { says: 'nobody is there', known: found(), plan: { kind: 'create' } },
  {
    says: 'nobody is there, and creating is off',
    known: found(),
    policy: pushing({ create: false }),
    plan: { kind: 'hold', reason: 'creating groups is off' },
  },
  {
    says: 'it has no name',
    link: { group: { displayName: ' ' } },
    known: found(),
    plan: { kind: 'hold', reason: 'the mapping gives it no displayName' },
  },
  {
    says: 'the mapping gives it no name',
    link: { group: { displayName: 'Secret' } },
    known: found(),
    policy: withKind(),
    plan: { kind: 'hold', reason: 'the mapping gives it no displayName' },
  },
  {
    says: 'nobody is there, and more than the name is mapped',
    link: { group: { displayName: 'Chess', externalId: 'club' } },
    known: found(),
    policy: withKind(),
    plan: {
      kind: 'create',
      group: { key: 'group-1', name: 'Chess', attributes: { kind: 'club', note } },
    },
  },
  {
    says: 'nobody is there, and something is written once',
    link: { group: { displayName: 'Chess', externalId: 'club' } },
    known: found(),
    policy: once,
    plan: {
      ...{ kind: 'create', group: { attributes: { kind: 'club' } } },
      written: { name: 'Chess', attributes: {} },
    },
  },
  {
    says: 'what was written once was changed there',
    link: { ...club, attributes: {} },
    known: there({ ...clubThere, attributes: { kind: 'team' } }),
    policy: once,
    plan: { kind: 'nothing', reason: 'already as it should be' },
  },
  {
    says: 'it is as it should be, and has what is not ours',
    link: club,
    known: there(clubThere),
    policy: withKind(),
    plan: { kind: 'nothing', written: { name: 'Chess', attributes: { kind: 'club', note } } },
  },
  {
    says: 'an attribute changed here, and another is empty now',
    link: { ...club, group: { displayName: 'Chess' } },
    known: there({ ...clubThere, attributes: { kind: 'club' } }),
    policy: withKind(),
    plan: { kind: 'update', change: { attributes: { kind: null, note } } },
  },
  {
    says: 'an attribute changed there, and another here, and what changes there is told only',
    link: { ...club, group: { displayName: 'Chess', externalId: 'team' } },
    known: there({ ...clubThere, attributes: { kind: 'club', note: 'Other' } }),
    policy: withKind({}, { drift: 'report' }),
    plan: { kind: 'update', change: { attributes: { kind: 'team' } } },
  },
  {
    says: 'an attribute changed there, and that is told only',
    link: club,
    known: there({ ...clubThere, attributes: { kind: 'club', note: 'Other' } }),
    policy: withKind({}, { drift: 'report' }),
    plan: { kind: 'nothing', reason: 'it was changed there: note' },
  },
  {
    says: 'an attribute was emptied there for the first time',
    link: club,
    known: there({ ...clubThere, attributes: { kind: 'club' } }),
    policy: withKind(),
    plan: {
      ...{ kind: 'update', change: { attributes: { note } } },
      reason: 'it was changed there, and is put right: note',
    },
  },
  {
    says: 'an attribute was put right, and is empty again',
    link: { ...club, reason: 'it was changed there, and is put right: note' },
    known: there({ ...clubThere, attributes: { kind: 'club' } }),
    policy: withKind(),
    plan: { kind: 'nothing', reason: 'what is written there is not kept: note' },
  },
  {
    says: 'an attribute was put right, and is another again',
    link: { ...club, reason: 'it was changed there, and is put right: note' },
    known: there({ ...clubThere, attributes: { kind: 'club', note: 'Other' } }),
    policy: withKind(),
    plan: { kind: 'update', change: { attributes: { note } } },
  },
  {
    says: 'an attribute changed here, and updates are off',
    link: { ...club, group: { displayName: 'Chess', externalId: 'team' } },
    known: there(clubThere),
    policy: withKind({ update: false }),
    plan: { kind: 'nothing', written: { attributes: { kind: 'club', note } } },
  },
  {
    says: 'one has the name and other attributes, and updates are off',
    link: { group: { displayName: 'Chess', externalId: 'club' } },
    known: found({ ...theirs, attributes: { kind: 'team' } }),
    policy: withKind({ update: false }),
    plan: {
      kind: 'adopt',
      change: { key: 'group-1', attributes: {} },
      written: { name: 'chess', attributes: { kind: 'team' } },
    },
  },
  {
    says: 'one has the name, and an attribute that the roll has not got',
    link: { group: { displayName: 'Chess' } },
    known: found({ ...theirs, attributes: { kind: 'by hand' } }),
    policy: withKind(),
    plan: {
      ...{ kind: 'adopt', change: { name: 'Chess', key: 'group-1', attributes: { note } } },
      written: { name: 'Chess', attributes: { note } },
    },
  },
  {
    says: 'an attribute is mapped that the roll has not got, and somebody filled there',
    link: linked,
    known: there({ ...ours, attributes: { kind: 'by hand', note } }),
    policy: withKind(),
    plan: { kind: 'nothing', reason: 'already as it should be', written: { attributes: { note } } },
  },
  {
    says: 'one has our key, and another the name',
    known: found(theirs, { ...ours, name: 'Old name' }),
    plan: { kind: 'adopt', change: { name: 'Chess' } },
  },
  {
    says: 'one has the name, in other letters',
    known: found(theirs),
    plan: { kind: 'adopt', change: { name: 'Chess', key: 'group-1' } },
  },
  {
    says: 'one has the name, and updates are off',
    known: found(theirs),
    policy: pushing({ update: false }),
    plan: { kind: 'adopt', change: { key: 'group-1' } },
  },
  {
    says: 'two have the name',
    known: found(theirs, { ...theirs, membership: 'group:3' }),
    plan: { kind: 'hold' },
  },
  { says: 'it is as it should be', link: linked, known: there(ours), plan: { kind: 'nothing' } },
  {
    says: 'it was renamed here',
    link: { ...linked, name: 'Old name' },
    known: there({ ...ours, name: 'Old name' }),
    plan: { kind: 'update', change: { name: 'Chess' } },
  },
  {
    says: 'it was renamed there',
    link: linked,
    known: there({ ...ours, name: 'Other' }),
    plan: { kind: 'update', change: { name: 'Chess' } },
  },
  {
    says: 'it was renamed there, and that is told only',
    link: linked,
    known: there({ ...ours, name: 'Other' }),
    policy: pushing({}, { drift: 'report' }),
    plan: { kind: 'nothing', reason: 'it was renamed there to Other' },
  },
  {
    says: 'it was deleted here, and deleting is on',
    link: gone,
    known: there(ours),
    policy: pushing({ delete: true }),
    plan: { kind: 'delete', membership: 'group:1' },
  },
  {
    says: 'it was taken out of the policy, and deleting is on',
    link: linked,
    known: there(ours),
    policy: pushing({ delete: true, groups: [] }),
    plan: { kind: 'delete', reason: 'taken out of the policy' },
  },
  {
    says: 'nothing is pushed any more',
    link: linked,
    known: there(ours),
    policy: defaultPolicy(scim),
    plan: { kind: 'forget' },
  },
  { says: 'it was deleted here', link: gone, known: there(ours), plan: { kind: 'forget' } },
  {
    says: 'it was deleted here, and was there before us',
    link: { ...gone, made: false },
    known: there(ours),
    policy: pushing({ delete: true }),
    plan: { kind: 'forget' },
  },
  {
    says: 'it was deleted here, and what we made was never recorded',
    link: { ...gone, membership: null },
    known: found(ours, theirs),
    policy: pushing({ delete: true }),
    plan: { kind: 'delete', membership: 'group:1' },
  },
  {
    says: 'it is gone on both sides',
    link: gone,
    known: found(),
    policy: pushing({ delete: true }),
    plan: { kind: 'forget' },
  },
];

suite('what is done about a group at a destination', () => {
  for (const { says, link: more, known, policy = pushing({}), plan } of cases)
    test(says, () => {
      const due = { ...link, ...more };
      const decided = planGroup(wantedGroup(due, policy), known, due, policy);
      assert.partialDeepStrictEqual(decided, plan);
    });

  test('nobody looks where attributes and members stand as they were written', () => {
    const unchanged = (more: Partial<DueGroupLink>, policy = pushing({})) => {
      const due = { ...linked, ...more };
      return isGroupUnchanged(due, wantedGroup(due, policy));
    };
    assert.equal(unchanged({}), true);
    assert.equal(unchanged({ group: { displayName: 'Golf' } }), false);
    assert.equal(unchanged({ lookAgain: true }), false);
    assert.equal(unchanged({ told: false }), false);
    assert.equal(unchanged({ group: null }), false);
    assert.equal(unchanged(club, withKind()), true);
    assert.equal(unchanged(linked, withKind()), false, 'an attribute is mapped that was not');
    assert.equal(unchanged(club), false, 'an attribute is no longer ours');
  });

  test('what is written is told as it was and as it is', () => {
    const due = { ...club, group: { displayName: 'Golf', externalId: 'team' } };
    const policy = withKind();
    const decide = (known: KnownGroup) => planGroup(wantedGroup(due, policy), known, due, policy);
    assert.deepEqual(changesIn(decide(there(clubThere))), {
      displayName: ['Chess', 'Golf'],
      kind: ['club', 'team'],
    });
    assert.deepEqual(changesIn(decide(found())), {
      displayName: [null, 'Golf'],
      kind: [null, 'team'],
      note: [null, note],
    });
  });

  test('a policy that pushes where there can be no groups is refused', () => {
    assert.deepEqual(pushFaults(pushing({}), scim), []);
    assert.deepEqual(pushFaults(defaultPolicy(shopify), shopify), []);
    assert.match(pushFaults(pushing({}), shopify).join(), /cannot be given groups/);
  });
});

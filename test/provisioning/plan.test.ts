import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Account, Observed } from '../../src/provisioning/connector.ts';
import {
  type Candidate,
  type Desired,
  difference,
  isEmpty,
  type Known,
  type LinkMemory,
  type Permissions,
  type Plan,
  plan,
} from '../../src/provisioning/plan.ts';

const account: Account = {
  key: 'link-1',
  email: 'ada@example.com',
  active: true,
  attributes: { firstName: 'Ada', phone: null },
  memberships: ['VIP'],
};
const asItShouldBe: Observed = {
  remoteId: 'remote-1',
  key: 'link-1',
  email: 'ada@example.com',
  active: true,
  attributes: { firstName: 'Ada', note: 'staff wrote this' },
  memberships: ['vip', 'given by hand'],
  erasing: false,
  version: null,
};
const may: Permissions = {
  create: true,
  update: true,
  createOffReason: 'creation is off',
  sourceId: 'source-1',
  domains: null,
  drift: 'correct',
};
const fresh: LinkMemory = { memberships: [], ends: {}, appliedAlready: false };

const wanted = (more: Partial<Account> = {}): Desired => ({
  kind: 'account',
  account: { ...account, ...more },
});
const linked = (more: Partial<Observed> = {}): Known => ({
  kind: 'linked',
  observed: { ...asItShouldBe, ...more },
});
const candidate = (more: Partial<Observed> = {}, owner: Candidate['owner'] = null): Candidate => ({
  observed: { ...asItShouldBe, key: null, ...more },
  owner,
});
/** At a destination that keeps no keys and cannot switch accounts off. */
const bare = (
  { key: _key, active: _active, ...observed }: Observed,
  more: Partial<Observed> = {},
): Observed => ({
  ...observed,
  ...more,
});
const linkedBare = (more: Partial<Observed> = {}): Known => ({
  kind: 'linked',
  observed: bare(asItShouldBe, more),
});
const matching = (...candidates: Candidate[]): Known => ({ kind: 'unlinked', candidates });
const ownedBy = (sourceId: string, vacant = false) => ({
  sourceId,
  sourceName: 'Contoso',
  vacant,
});

interface Case {
  readonly says: string;
  readonly desired?: Desired;
  readonly known: Known;
  readonly link?: LinkMemory;
  readonly may?: Partial<Permissions>;
  readonly kind: Plan['kind'];
  readonly reason?: RegExp;
}

const cases: readonly Case[] = [
  { says: 'an account that agrees costs nothing', known: linked(), kind: 'nothing' },
  { says: 'nobody there is created', known: matching(), kind: 'create' },
  {
    says: 'an inactive person without an account gets none',
    desired: wanted({ active: false }),
    known: matching(),
    kind: 'nothing',
    reason: /no account to deactivate/,
  },
  {
    says: 'creation that is off holds, in the words of whoever switched it off',
    known: matching(),
    may: { create: false },
    kind: 'hold',
    reason: /^creation is off$/,
  },
  { says: 'an account nobody owns is adopted', known: matching(candidate()), kind: 'adopt' },
  {
    says: 'an account nobody owns is adopted also where creation is off',
    known: matching(candidate()),
    may: { create: false },
    kind: 'adopt',
  },
  {
    says: 'two matches are held, never guessed',
    known: matching(candidate(), candidate({ remoteId: 'remote-2' })),
    kind: 'hold',
    reason: /more than one account.*remote-1, remote-2/,
  },
  {
    says: 'our own key decides between two matches',
    known: matching(candidate({ remoteId: 'remote-2' }), candidate({ key: 'link-1' })),
    kind: 'adopt',
  },
  {
    says: 'an account that matches somebody else as well is held for both',
    known: matching({ ...candidate(), rivals: ['augusta'] }),
    kind: 'hold',
    reason: /^an account with ada@example\.com exists, and matches augusta as well/,
  },
  {
    says: 'somebody inactive does not stand in the way of whom the account matches as well',
    desired: wanted({ active: false }),
    known: matching({ ...candidate(), rivals: ['augusta'] }),
    kind: 'nothing',
    reason: /^not active, and the account with ada@example\.com is for augusta/,
  },
  {
    says: 'what another source owns is held with its name',
    known: matching(candidate({}, ownedBy('source-2'))),
    kind: 'hold',
    reason: /^owned by Contoso/,
  },
  {
    says: 'what another person of the same source has is held',
    known: matching(candidate({}, ownedBy('source-1'))),
    kind: 'hold',
    reason: /another person of the same source/,
  },
  {
    says: 'what a deleted person left behind is free',
    known: matching(candidate({}, ownedBy('source-2', true))),
    kind: 'adopt',
  },
  {
    says: 'outside its domains a source adopts nobody',
    known: matching(candidate()),
    may: { domains: ['example.org'] },
    kind: 'hold',
    reason: /may not speak for example\.com/,
  },
  {
    says: 'outside its domains a source still has what carries its key',
    known: matching(candidate({ key: 'link-1' })),
    may: { domains: ['example.org'] },
    kind: 'adopt',
  },
  {
    says: 'domains are compared without case',
    known: matching(candidate()),
    may: { domains: ['Example.COM'] },
    kind: 'adopt',
  },
  { says: 'a difference is updated', known: linked({ active: null }), kind: 'update' },
  {
    says: 'a person who became inactive is deactivated',
    desired: wanted({ active: false, memberships: [] }),
    known: linked(),
    kind: 'deactivate',
  },
  {
    says: 'updates that are off leave a changed name alone',
    desired: wanted({ attributes: { firstName: 'Augusta' } }),
    known: linked(),
    may: { update: false },
    kind: 'nothing',
    reason: /updates are off/,
  },
  {
    says: 'updates that are off do not keep a leaver in',
    desired: wanted({ active: false }),
    known: linked(),
    may: { update: false },
    kind: 'deactivate',
  },
  {
    says: 'updates that are off do not keep a returner out',
    known: linked({ active: false }),
    may: { update: false },
    kind: 'update',
  },
  {
    says: 'what cannot be said is held with its reason',
    desired: { kind: 'hold', reason: 'no e-mail address' },
    known: matching(),
    kind: 'hold',
    reason: /^no e-mail address$/,
  },
  {
    says: 'whoever leaves without an account is forgotten',
    desired: { kind: 'leave', how: 'delete', why: 'deleted at its source' },
    known: matching(),
    kind: 'forget',
    reason: /no account to leave/,
  },
  {
    says: 'whoever has left already stays as it is',
    desired: { kind: 'leave', how: 'erase', why: 'out of scope' },
    known: linked({ active: false }),
    link: { memberships: [], ends: {}, appliedAlready: true },
    kind: 'nothing',
    reason: /has left already/,
  },
  {
    says: 'whoever has left and was let in by hand leaves again',
    desired: { kind: 'leave', how: 'deactivate', why: 'out of scope' },
    known: linked({ active: true }),
    link: { memberships: [], ends: {}, appliedAlready: true },
    kind: 'leave',
  },
  {
    says: 'whoever has left with a membership of ours leaves again',
    desired: { kind: 'leave', how: 'deactivate', why: 'out of scope' },
    known: linked({ active: false }),
    link: { memberships: ['VIP'], ends: {}, appliedAlready: true },
    kind: 'leave',
  },
  {
    says: 'an account that agrees, where there are no keys and accounts cannot be switched off',
    known: linkedBare(),
    kind: 'nothing',
    reason: /already as it should be/,
  },
  {
    says: 'an account nobody owns is adopted where there are no keys',
    known: matching({ observed: bare(asItShouldBe), owner: null }),
    kind: 'adopt',
  },
  {
    says: 'where accounts cannot be switched off, an inactive person loses what was granted',
    desired: wanted({ active: false, memberships: [] }),
    known: linkedBare(),
    link: { memberships: ['VIP'], ends: {}, appliedAlready: false },
    kind: 'deactivate',
  },
  {
    says: 'with updates off as well',
    desired: wanted({ active: false, memberships: [] }),
    known: linkedBare(),
    link: { memberships: ['VIP'], ends: {}, appliedAlready: false },
    may: { update: false },
    kind: 'deactivate',
  },
  {
    says: 'an inactive person to whom nothing was granted keeps what others gave',
    desired: wanted({ active: false, memberships: [] }),
    known: linkedBare(),
    kind: 'nothing',
  },
  {
    says: 'whoever leaves leaves, where accounts cannot be switched off',
    desired: { kind: 'leave', how: 'deactivate', why: 'out of scope' },
    known: linkedBare(),
    link: { memberships: ['VIP'], ends: {}, appliedAlready: false },
    kind: 'leave',
  },
  {
    says: 'and has left once nothing of ours is held',
    desired: { kind: 'leave', how: 'deactivate', why: 'out of scope' },
    known: linkedBare(),
    link: { memberships: [], ends: {}, appliedAlready: true },
    kind: 'nothing',
    reason: /has left already/,
  },
];

suite('plan', () => {
  for (const { says, desired, known, link, may: changed, kind, reason } of cases) {
    test(says, () => {
      const planned = plan(desired ?? wanted(), known, link ?? fresh, { ...may, ...changed });
      assert.equal(planned.kind, kind);
      if (reason) assert.match('reason' in planned ? planned.reason : '', reason);
    });
  }

  for (const how of ['keep', 'deactivate', 'delete', 'erase'] as const) {
    test(`leaving by ${how} is carried out as the policy says`, () => {
      const planned = plan({ kind: 'leave', how, why: 'out of scope' }, linked(), fresh, may);
      assert.ok(planned.kind === 'leave');
      assert.equal(planned.how, how);
    });
  }

  test('with updates off an adoption claims and leaves the rest as it is', () => {
    const observed = { email: 'ADA@example.com', attributes: { firstName: 'Countess' } };
    const known = matching(candidate(observed));
    const planned = plan(wanted(), known, fresh, { ...may, update: false });
    assert.ok(planned.kind === 'adopt');
    assert.deepEqual(planned.change, {
      claim: true,
      cancelErasure: false,
      attributes: {},
      grant: [],
      revoke: [],
    });
  });
});

suite('difference', () => {
  const change = (
    more: Partial<Account>,
    observed: Partial<Observed> = {},
    granted: string[] = [],
  ) => difference({ ...account, ...more }, { ...asItShouldBe, ...observed }, granted);

  test('is empty where both agree, whatever else the account holds', () => {
    assert.ok(isEmpty(change({})));
  });

  test('names only attributes that differ and are ours', () => {
    const { attributes } = change({
      attributes: { firstName: 'Augusta', phone: null, zip: '10115' },
    });
    assert.deepEqual(attributes, { firstName: 'Augusta', zip: '10115' });
  });

  test('empties what is ours to empty', () => {
    assert.deepEqual(change({}, { attributes: { firstName: 'Ada', phone: '+491' } }).attributes, {
      phone: null,
    });
  });

  test('grants what is due and not held, comparing without case', () => {
    assert.deepEqual(change({ memberships: ['VIP', 'Course'] }).grant, ['Course']);
  });

  test('revokes only what we granted and is still held', () => {
    const { revoke } = change({ memberships: [] }, {}, ['VIP', 'Gone']);
    assert.deepEqual(revoke, ['VIP']);
    assert.deepEqual(change({ memberships: [] }).revoke, []);
  });

  test('claims an account that carries another key or none', () => {
    assert.equal(change({}, { key: null }).claim, true);
    assert.equal(change({}, { key: 'link-2' }).claim, true);
  });

  test('settles an account that is neither active nor inactive', () => {
    assert.equal(change({ active: false }, { active: null }).active, false);
  });

  test('neither claims nor switches what has no key and no switch', () => {
    const observed = bare(asItShouldBe);
    for (const active of [true, false])
      assert.ok(isEmpty(difference({ ...account, active }, observed, [])));
  });

  test('calls an erasure off', () => {
    assert.ok(!isEmpty(change({}, { erasing: true })));
    assert.equal(change({}, { erasing: true }).cancelErasure, true);
  });
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Account, Observed } from '../../src/provisioning/connector.ts';
import { isReported } from '../../src/provisioning/drift.ts';
import {
  type Desired,
  type LinkMemory,
  type Permissions,
  type Plan,
  plan,
} from '../../src/provisioning/plan.ts';

const account: Account = {
  key: 'link-1',
  email: 'ada@example.com',
  active: true,
  attributes: { firstName: 'Ada' },
  memberships: ['vip'],
};
const asItWasLeft: Observed = {
  remoteId: 'remote-1',
  key: 'link-1',
  email: 'ada@example.com',
  active: true,
  attributes: { firstName: 'Ada', note: 'of staff' },
  memberships: ['vip', 'given by hand'],
  erasing: false,
  version: null,
};
const applied: LinkMemory = { memberships: ['vip'], ends: {}, appliedAlready: true };

/** The same where accounts cannot be switched off. */
const { active: _active, ...withoutSwitch } = asItWasLeft;

const isEmptied = 'firstName is empty instead of “Ada”';

interface Case {
  readonly says: string;
  /** Where accounts cannot be switched off. */
  readonly switchless?: true;
  readonly desired?: Desired;
  readonly observed: Partial<Observed>;
  readonly link?: LinkMemory;
  readonly may?: Partial<Permissions>;
  /** What is done where drift is corrected, and where it is reported. */
  readonly kinds: readonly [Plan['kind'], Plan['kind']];
  readonly reason?: RegExp;
  readonly reactivated?: boolean;
}

const deactivated: Desired = { kind: 'account', account: { ...account, active: false } };
const left: Desired = { kind: 'leave', how: 'deactivate', why: 'deleted at its source' };

const cases: readonly Case[] = [
  { says: 'as it was left', observed: {}, kinds: ['nothing', 'nothing'] },
  {
    says: 'what is not ours was changed',
    observed: {
      attributes: { firstName: 'Ada', note: 'another' },
      memberships: ['VIP', 'another by hand'],
    },
    kinds: ['nothing', 'nothing'],
  },
  {
    says: 'an attribute was changed',
    observed: { attributes: { firstName: 'Augusta' } },
    kinds: ['drift', 'report'],
    reason: /firstName is “Augusta” instead of “Ada”$/,
  },
  {
    says: 'an attribute was emptied, and the address changed',
    observed: { email: 'a@example.com', attributes: {} },
    kinds: ['drift', 'report'],
    reason: /email is “a@example.com” instead of “ada@example.com”; firstName is empty instead/,
  },
  {
    says: 'a membership of ours was taken',
    observed: { memberships: ['given by hand'] },
    kinds: ['drift', 'report'],
    reason: /it lacks vip$/,
  },
  {
    says: 'our key was removed',
    observed: { key: null },
    kinds: ['drift', 'report'],
    reason: /our mark/,
  },
  {
    says: 'it was made inactive',
    observed: { active: false },
    kinds: ['drift', 'report'],
    reason: /it is inactive$/,
  },
  {
    says: 'somebody who was deactivated was reactivated',
    desired: deactivated,
    observed: { active: true },
    kinds: ['drift', 'report'],
    reason: /it is active again$/,
    reactivated: true,
  },
  {
    says: 'half of what makes somebody inactive was taken away',
    desired: deactivated,
    observed: { active: null },
    kinds: ['drift', 'report'],
    reactivated: true,
  },
  {
    says: 'somebody who left was reactivated',
    desired: left,
    observed: { active: true },
    kinds: ['leave', 'report'],
    reason: /^deleted at its source; .*it is active again$/,
    reactivated: true,
  },
  {
    says: 'somebody who left was given back a membership of ours',
    desired: left,
    observed: { active: false },
    kinds: ['leave', 'report'],
    reason: /memberships again/,
  },
  {
    says: 'somebody who was deactivated was given back a membership, where that is all there is',
    switchless: true,
    desired: { kind: 'account', account: { ...account, active: false, memberships: [] } },
    observed: {},
    kinds: ['drift', 'report'],
    reason: /it has vip again$/,
    reactivated: true,
  },
  {
    says: 'somebody who left was given back a membership, where that is all there is',
    switchless: true,
    desired: left,
    observed: {},
    kinds: ['leave', 'report'],
    reason: /memberships again/,
    reactivated: true,
  },
  {
    says: 'of somebody who was deactivated only the name was changed, where access is memberships',
    switchless: true,
    desired: { kind: 'account', account: { ...account, active: false, memberships: [] } },
    observed: { attributes: { firstName: 'Augusta' }, memberships: [] },
    kinds: ['drift', 'report'],
    reason: /firstName is “Augusta”/,
  },
  {
    says: 'the roll changed too: an ordinary update',
    observed: { attributes: { firstName: 'Augusta' } },
    link: { ...applied, ends: {}, appliedAlready: false },
    kinds: ['update', 'update'],
  },
  {
    says: 'a destination that did not show everything is not judged',
    observed: { memberships: [], unseen: ['vip'] },
    kinds: ['update', 'update'],
  },
  {
    says: 'what is empty again after it was put right is not kept there, and written no more',
    observed: { attributes: {} },
    link: { ...applied, reason: `changed at the destination and put right: ${isEmptied}` },
    kinds: ['nothing', 'nothing'],
    reason: /does not keep .* firstName is empty instead of “Ada”/,
  },
  {
    says: 'and it stays so at the looks after that',
    observed: { attributes: {} },
    link: {
      ...applied,
      reason: `the destination does not keep what is written there: ${isEmptied}`,
    },
    kinds: ['nothing', 'nothing'],
  },
  {
    says: 'but access is put right as often as it takes',
    observed: { memberships: [] },
    link: { ...applied, reason: 'changed at the destination and put right: it lacks vip' },
    kinds: ['drift', 'report'],
  },
  {
    says: 'and so is what somebody wrote there',
    observed: { attributes: { firstName: 'Augusta' } },
    link: {
      ...applied,
      reason: 'changed at the destination and put right: firstName is “Augusta” instead of “Ada”',
    },
    kinds: ['drift', 'report'],
  },
  {
    says: 'with updates off attributes are staff’s',
    observed: { attributes: { firstName: 'Augusta' }, memberships: [] },
    may: { update: false },
    kinds: ['nothing', 'nothing'],
  },
  {
    says: 'with updates off access is still ours',
    observed: { active: false },
    may: { update: false },
    kinds: ['drift', 'report'],
  },
];

suite('drift', () => {
  for (const one of cases) {
    const { says, desired, observed, link, may: more, kinds, reason, reactivated } = one;
    test(says, () => {
      const there = one.switchless === true ? withoutSwitch : asItWasLeft;
      const known = { kind: 'linked', observed: { ...there, ...observed } } as const;
      for (const [index, drift] of (['correct', 'report'] as const).entries()) {
        const may: Permissions = {
          create: true,
          update: true,
          createOffReason: '',
          sourceId: 'source-1',
          domains: null,
          drift,
          ...more,
        };
        const wanted = desired ?? { kind: 'account', account };
        const made = plan(wanted, known, link ?? applied, may);
        assert.equal(made.kind, kinds[index], drift);
        if (reason !== undefined) assert.match('reason' in made ? made.reason : '', reason);
        if (made.kind !== 'report') continue;
        assert.equal(made.reactivated, reactivated ?? false);
        assert.ok(isReported(made.reason));
      }
    });
  }
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Observed } from '../../src/provisioning/connector.ts';
import {
  exceeds,
  isBegun,
  mostLeaves,
  revokesBegun,
  revokingMark,
  takesAway,
  withhold,
} from '../../src/provisioning/guard.ts';
import { LeaveCounter } from '../../src/provisioning/guard-counter.ts';
import type { Desired, Plan } from '../../src/provisioning/plan.ts';

const usual = { floor: 10, share: 0.2 };

suite('the guard', () => {
  for (const [what, left, pending, accounts, expected] of [
    ['a single leaver', 0, 1, 100, false],
    ['a single leaver of one', 0, 1, 1, false],
    ['all of a small shop, up to the floor', 0, 10, 10, false],
    ['one more than the floor of a small shop', 0, 11, 11, true],
    ['one more than the floor, below the share', 0, 11, 100, false],
    ['exactly the share', 0, 20, 100, false],
    ['one more than the share', 0, 21, 100, true],
    ['those of the day and those who wait together', 15, 6, 100, true],
    ['the last of the day', 19, 1, 100, false],
    ['a crowd of a large directory', 0, 20_000, 100_000, false],
    ['a larger one', 1, 20_000, 100_000, true],
  ] as const) {
    test(`${expected ? 'holds' : 'lets through'} ${what}`, () => {
      const counts = { left, pending, accounts };
      assert.equal(exceeds(counts, usual), expected);
      assert.equal(left + pending > mostLeaves(accounts, usual), expected);
    });
  }

  test('is off where the share is 1, and holds everybody where floor and share are 0', () => {
    const counts = { left: 0, pending: 100, accounts: 100 };
    assert.equal(exceeds(counts, { floor: 0, share: 1 }), false);
    // Accounts are counted before leaves: a few may be newer.
    assert.equal(
      exceeds({ ...counts, pending: 2 * counts.accounts }, { floor: 0, share: 1 }),
      false,
    );
    assert.equal(exceeds({ ...counts, pending: 1 }, { floor: 0, share: 0 }), true);
  });
});

const observed: Observed = {
  version: null,
  remoteId: '1',
  key: 'key',
  email: 'ada@example.com',
  active: true,
  attributes: {},
  memberships: ['staff', 'club'],
  erasing: false,
};
const account = {
  key: 'key',
  email: 'ada@example.com',
  active: true,
  attributes: {},
  memberships: [],
};
const nothing = { claim: false, cancelErasure: false, attributes: {}, grant: [], revoke: [] };
const leave = (
  how: 'keep' | 'deactivate' | 'delete' | 'erase',
  more: Partial<Observed> = {},
): Plan => ({
  kind: 'leave',
  how,
  reason: '',
  observed: { ...observed, ...more },
});

/** An account that cannot be switched off. */
const { active: _active, ...switchless } = observed;
const without = (how: 'keep' | 'deactivate' | 'delete', memberships: readonly string[]): Plan => ({
  kind: 'leave',
  how,
  reason: '',
  observed: { ...switchless, memberships },
});

suite('a leave', () => {
  for (const [what, plan, expected] of [
    ['of an active account', leave('deactivate'), true],
    ['by keep, which takes memberships', leave('keep'), true],
    ['of an inactive account', leave('deactivate', { active: false }), false],
    ['that deletes an inactive account', leave('delete', { active: false }), true],
    ['that erases an inactive account', leave('erase', { active: false }), true],
    ['that was asked to erase before', leave('erase', { active: false, erasing: true }), false],
    [
      'by deactivation',
      { kind: 'deactivate', observed, account, change: { ...nothing, active: false } },
      true,
    ],
    [
      'of an account without a switch that has what we granted',
      without('deactivate', ['club']),
      true,
    ],
    ['of one that has only what others gave', without('keep', ['staff']), false],
    ['that deletes one', without('delete', []), true],
    [
      'by taking back what an inactive person was granted, where there is no switch',
      {
        kind: 'deactivate',
        observed: switchless,
        account: { ...account, active: false },
        change: { ...nothing, revoke: ['club'] },
      },
      true,
    ],
    [
      '(taking back from somebody active is none, where there is no switch)',
      { kind: 'update', observed: switchless, account, change: { ...nothing, revoke: ['club'] } },
      false,
    ],
    [
      'by adopting an active account as inactive',
      { kind: 'adopt', observed, account, change: { ...nothing, active: false } },
      true,
    ],
    [
      '(an ordinary change is none)',
      { kind: 'update', observed, account, change: { ...nothing, email: 'x' } },
      false,
    ],
    [
      '(a return is none)',
      { kind: 'update', observed, account, change: { ...nothing, active: true } },
      false,
    ],
    ['(an account that is gone is none)', { kind: 'forget', reason: '' }, false],
  ] satisfies readonly (readonly [string, Plan, boolean])[]) {
    test(`${what}: ${expected}`, () => assert.equal(takesAway(plan, ['club']), expected));
  }

  test('that was begun is finished, but deleting somebody inactive is a leave of its own', () => {
    const [asked, earlier, later] = [new Date(2_000), new Date(1_000), new Date(3_000)];
    const gone = (how: 'deactivate' | 'delete'): Desired => ({ kind: 'leave', how, why: '' });
    assert.equal(isBegun({ leftAt: null, requestedAt: asked }, gone('deactivate')), false);
    assert.equal(isBegun({ leftAt: earlier, requestedAt: asked }, gone('deactivate')), true);
    assert.equal(isBegun({ leftAt: earlier, requestedAt: asked }, gone('delete')), false);
    assert.equal(isBegun({ leftAt: later, requestedAt: asked }, gone('delete')), true);
  });

  test('of what somebody gave back is another one, until it is begun for what is asked now', () => {
    const requestedAt = new Date(2_000);
    const away: Desired = { kind: 'account', account: { ...account, active: false } };
    const change = { ...nothing, active: false };
    const drift: Plan = { kind: 'drift', observed, account, change, reason: '' };
    const again: Plan = { kind: 'leave', how: 'deactivate', reason: '', observed, again: true };
    for (const plan of [drift, again]) {
      assert.equal(isBegun({ leftAt: new Date(1_000), requestedAt }, away, plan), false);
      assert.equal(isBegun({ leftAt: new Date(3_000), requestedAt }, away, plan), true);
    }
    const first: Plan = { kind: 'deactivate', observed, account, change };
    assert.equal(isBegun({ leftAt: new Date(1_000), requestedAt }, away, first), true);
  });
});

suite('memberships taken back', () => {
  test('are left out of the plan, and of what is due', () => {
    const change = { ...nothing, grant: ['new'], revoke: ['staff', 'Club'] };
    const plan: Plan = {
      kind: 'update',
      observed,
      account: { ...account, memberships: ['new'] },
      change,
    };
    const kept = withhold(plan, ['club']);
    assert.ok(kept.kind === 'update');
    assert.deepEqual(kept.change, { ...change, revoke: ['staff'] });
    assert.deepEqual(kept.account.memberships, ['new', 'club']);
    const alone: Plan = { ...plan, change: { ...nothing, revoke: ['club'] } };
    assert.equal(withhold(alone, ['club']).kind, 'nothing');
    assert.equal(withhold(alone, []), alone);
  });

  for (const [what, mark, revoking, expected] of [
    [
      'nothing',
      null,
      { decided: [], counted: ['a'], held: [] },
      { stay: [], leave: null, withheld: null },
    ],
    [
      'what is held now',
      null,
      { decided: [], counted: [], held: ['a'] },
      { stay: ['a'], leave: 'held', withheld: ['a'] },
    ],
    [
      'what was held',
      'held',
      { decided: ['a'], counted: [], held: ['b'] },
      { stay: ['a', 'b'], leave: 'held', withheld: ['a', 'b'] },
    ],
    [
      'what was discarded',
      'discarded',
      { decided: ['a'], counted: ['b'], held: [] },
      { stay: ['a'], leave: 'discarded', withheld: ['a'] },
    ],
    [
      'what was discarded, beside what is held now',
      'discarded',
      { decided: ['a'], counted: [], held: ['b'] },
      { stay: ['a', 'b'], leave: 'held', withheld: ['a', 'b'] },
    ],
    [
      'an allowance, until it is used',
      'allowed',
      { decided: ['a'], counted: [], held: [] },
      { stay: [], leave: 'allowed', withheld: ['a'] },
    ],
    [
      'not what was allowed, but what is held now',
      'allowed',
      { decided: ['a'], counted: [], held: ['b'] },
      { stay: ['b'], leave: 'held', withheld: ['b'] },
    ],
  ] as const) {
    test(`leave behind ${what}`, () => assert.deepEqual(revokingMark(mark, revoking), expected));
  }

  test('are judged once for what is asked now', () => {
    const revoked = ['club'];
    const at = (ms: number) => new Date(ms);
    assert.deepEqual(revokesBegun({ revoked, revokedAt: at(2), requestedAt: at(1) }), revoked);
    assert.deepEqual(revokesBegun({ revoked, revokedAt: at(1), requestedAt: at(2) }), []);
    assert.deepEqual(revokesBegun({ revoked: null, revokedAt: null, requestedAt: at(2) }), []);
  });
});

suite('leaves that are counted along', () => {
  /** A store in which so many leave at once; it answers when it is asked to. */
  function crowd(waiting: number, accountsAtFirst: number) {
    let accounts = accountsAtFirst;
    const gone = new Set<string>();
    let reads = 0;
    let now = 0;
    const counter = new LeaveCounter(
      {
        now: () => now,
        leaves: async (except) => {
          reads += 1;
          const marked = [...gone].filter((id) => !except.includes(id)).length;
          return { left: marked, waiting: Math.max(0, waiting - marked - except.length), held: 0 };
        },
        accounts: async () => accounts,
      },
      { floor: 3, share: 0.1 },
    );
    return {
      counter,
      gone,
      reads: () => reads,
      accountsAre: (count: number) => {
        accounts = count;
      },
      pass: (ms: number) => {
        now += ms;
      },
    };
  }

  test('let through up to what is usual, by however many lanes at once', async () => {
    const { counter, reads } = crowd(0, 20);
    const verdicts = await Promise.all(
      Array.from({ length: 12 }, (_, at) => counter.admit(`${at}`)),
    );
    assert.equal(verdicts.filter((verdict) => verdict === 'go').length, 3);
    assert.ok(reads() <= 2);
  });

  test('are measured by the accounts of now: a store fills while it is worked on', async () => {
    const { counter, accountsAre, pass } = crowd(5, 20);
    assert.deepEqual(await counter.against(), { left: 0, pending: 5, accounts: 20 });
    accountsAre(200);
    pass(1_000);
    assert.equal(await counter.against(), null);
  });

  test('hold all of a crowd that is seen waiting', async () => {
    const { counter } = crowd(12, 20);
    const verdicts = await Promise.all(
      Array.from({ length: 12 }, (_, at) => counter.admit(`${at}`)),
    );
    assert.ok(verdicts.every((verdict) => verdict !== 'go'));
    assert.deepEqual(await counter.against(), { left: 0, pending: 12, accounts: 20 });
  });

  test('count nobody twice between being let through and being written down', async () => {
    const { counter, gone, pass } = crowd(3, 20);
    for (const id of ['a', 'b', 'c']) {
      assert.equal(await counter.admit(id), 'go');
      pass(300);
      if (id === 'b') {
        gone.add('a');
        counter.begun('a');
      }
    }
    assert.deepEqual(await counter.admit('d'), { left: 3, pending: 1, accounts: 20 });
  });
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import type { Account, Observed } from '../../src/provisioning/connector.ts';
import { endedMemberships, grantsOf, membershipsDue } from '../../src/provisioning/grants.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { defaultPolicy } from '../../src/provisioning/policy.ts';
import type { StoredGrant } from '../../src/store/grants.ts';

const at = new Date('2026-06-15T12:00:00Z');

const bought = (more: Partial<StoredGrant>): StoredGrant => ({
  ...{ id: 'grant-1', membership: 'course:2', kind: 'order', state: 'standing' },
  ...{ startsAt: '2026-06-01T00:00:00.5Z', endsAt: null, ending: 'suspend', endedAt: null },
  ...{ reason: null, question: null },
  words: 'order #1001',
  ...more,
});

const subject = (grants: readonly StoredGrant[], user = {}) => ({
  ...{ user, sourceId: 'source-1', groups: [], pushed: [], grants, at },
});

const policy = defaultPolicy(shopify);

function dueOf(grants: readonly StoredGrant[], memberships: readonly string[] = []) {
  const of = grantsOf(subject(grants), { ...policy, memberships: [...memberships] });
  return Object.fromEntries(membershipsDue(of, at));
}

suite('a right with dates', () => {
  test('is due from its start on and until its end, in whole seconds', () => {
    assert.deepEqual(dueOf([bought({ endsAt: '2026-06-30T00:00:00.9+02:00' })]), {
      'course:2': { from: '2026-06-01T00:00:00Z', until: '2026-06-29T22:00:00Z' },
    });
    assert.deepEqual(dueOf([bought({ startsAt: '2026-06-15T12:00:01Z' })]), {});
    assert.deepEqual(dueOf([bought({ endsAt: '2026-06-15T12:00:00Z' })]), {});
  });

  test('goes on where another ends', () => {
    const [first, second, apart] = [
      bought({ endsAt: '2026-06-20T00:00:00Z' }),
      bought({ startsAt: '2026-06-20T00:00:00Z', endsAt: '2026-07-20T00:00:00Z' }),
      bought({ startsAt: '2026-07-21T00:00:00Z', endsAt: '2026-08-20T00:00:00Z' }),
    ];
    assert.equal(dueOf([apart, second, first])['course:2']?.until, '2026-07-20T00:00:00Z');
  });

  test('has no end while another has none', () => {
    assert.deepEqual(dueOf([bought({ endsAt: '2026-06-20T00:00:00Z' })], ['Course:2']), {
      'Course:2': { from: null, until: null },
    });
  });

  test('that was taken back is due no more, and says how it ends', () => {
    const refunded = bought({ state: 'ended', endedAt: '2026-06-10T00:00:00Z', ending: 'remove' });
    assert.deepEqual(dueOf([refunded]), {});
    assert.deepEqual(endedMemberships(subject([refunded]), new Map()), { 'course:2': 'remove' });
  });

  test('ends as the last of several says, and not at all while another stands', () => {
    const refunded = bought({ state: 'ended', endedAt: '2026-06-10T00:00:00Z', ending: 'remove' });
    const over = bought({ endsAt: '2026-06-14T00:00:00Z' });
    const later = bought({ startsAt: '2026-07-14T00:00:00Z' });
    assert.deepEqual(endedMemberships(subject([over, later, refunded]), new Map()), {
      'course:2': 'suspend',
    });
    const due = new Map([['Course:2', { from: null, until: null }]]);
    assert.deepEqual(endedMemberships(subject([refunded]), due), {});
  });

  test('is nobody’s who is not active', () => {
    const inactive = subject([bought({})], { active: false });
    assert.deepEqual(grantsOf(inactive, policy), []);
    assert.deepEqual(endedMemberships(inactive, new Map()), {});
  });
});

suite('the end of a membership that is held', () => {
  const term = { from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' };
  const account: Account = {
    ...{ key: 'key', email: 'ada@example.com', active: true, attributes: {} },
    memberships: ['course:2'],
    terms: { 'course:2': term },
  };
  const there: Observed = {
    ...{ remoteId: '7', key: 'key', email: account.email, active: true, attributes: {} },
    ...{ memberships: ['course:2'], erasing: false, version: null },
  };
  const granted = ['course:2'];

  test('is written where it is another than what was granted', () => {
    const grant = (ends: Record<string, string | null>) =>
      difference(account, there, granted, ends).grant;
    assert.deepEqual(grant({ 'course:2': term.until }), []);
    assert.deepEqual(grant({ 'course:2': null }), granted);
    assert.deepEqual(grant({}), granted, 'nobody knows what was written');
  });

  test('is what the destination says, where it says so', () => {
    const grant = (end: string | null) =>
      difference(account, { ...there, ends: { 'course:2': end } }, granted, {
        'course:2': term.until,
      }).grant;
    assert.deepEqual(grant(term.until), []);
    assert.deepEqual(grant(null), granted);
    assert.deepEqual(grant('2027-01-01T00:00:00Z'), granted);
  });

  test('is left to whoever gave it', () => {
    assert.deepEqual(difference(account, there, [], {}).grant, []);
  });
});

/** Joining, leaving and coming back where accounts carry no key and cannot be switched off: Thinkific. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thinkific } from '../../src/connectors/thinkific.ts';
import type { Target } from '../../src/provisioning/connector.ts';
import { unguarded } from '../../src/provisioning/guarding.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { type Claims, reconcile } from '../../src/provisioning/reconcile.ts';
import type { Reconciled } from '../../src/provisioning/reconciled.ts';
import type { DueLink } from '../../src/store/due-links.ts';
import { call } from '../support/shop.ts';
import { connected, type ThinkificServer, thinkificServer } from '../support/thinkific-server.ts';
import { userNamed } from '../support/world.ts';

const claims: Claims = {
  owners: async () => [],
  rivals: async () => [],
  guard: unguarded,
  claim: async () => 'claimed',
  intend: async () => undefined,
};

const policy: Policy = { ...defaultPolicy(thinkific), memberships: ['course:1'], settleMs: 0 };

const unseen: DueLink = {
  ...{ id: '0198b0a0-0000-4000-8000-000000000001', resourceId: 'ada', remoteId: null },
  ...{ wanted: 1, urgent: false, inFlight: false, lookAgain: true, fingerprint: null },
  ...{ memberships: [], ends: {}, applied: [], outcome: null, reason: null, attempts: 0 },
  ...{ leavingSince: null, requestedAt: new Date(), readAt: new Date(), email: null },
  ...{ resourceType: 'User', resource: userNamed('Ada') as DueLink['resource'] },
  ...{ sourceId: 'source', sourceName: 'Contoso', sourceKind: 'scim', creationEnabled: true },
  ...{
    domains: null,
    chosen: null,
    mergedInto: null,
    leftAlone: false,
    erase: false,
    groups: [],
    pushed: [],
    grants: [],
  },
  ...{ leave: null, withheld: null, leftAt: null, guardDecidedAt: null, revoked: null },
  ...{ revokedAt: null, missingGroups: [] },
};

/** Looks at somebody as the engine does, and gives what it would remember. */
async function look(
  link: DueLink,
  target: Target,
  by: Policy = policy,
): Promise<{ readonly link: DueLink; readonly result: Reconciled }> {
  const to = { connector: thinkific, policy: by, target };
  const result = await reconcile(link, to, claims, call, new Date());
  const { account, email, reason, outcome } = result;
  return { link: { ...link, ...account, email, reason, outcome }, result };
}

/** Whether each enrolment lets in. */
const open = ({ enrolments }: ThinkificServer): readonly boolean[] =>
  enrolments.map(({ expiry_date: end }) => end === null || Date.parse(end) > Date.now());

const writes = ({ requests }: ThinkificServer): number =>
  requests.filter(({ method }) => method !== 'GET').length;

for (const [how, gone] of [
  ['becomes inactive', { resource: userNamed('Ada', { active: false }) as DueLink['resource'] }],
  ['is deleted', { resource: null, resourceType: null }],
] as const)
  test(`whoever ${how} loses what was granted, is left alone then, and finds it again`, async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    const joined = await look(unseen, target);
    assert.equal(joined.result.plan, 'create');
    assert.deepEqual(open(server), [true]);

    const left = await look({ ...joined.link, ...gone }, target);
    assert.deepEqual(
      [left.result.plan, open(server)],
      [how === 'is deleted' ? 'leave' : 'deactivate', [false]],
    );
    assert.equal(left.link.remoteId, joined.link.remoteId);

    const before = writes(server);
    const swept = await look(left.link, target);
    assert.deepEqual([swept.result.plan, writes(server)], ['nothing', before]);

    const back = await look(
      { ...swept.link, resource: unseen.resource, resourceType: 'User' },
      target,
    );
    assert.deepEqual([back.result.plan, open(server)], ['update', [true]]);
    assert.equal(server.users.length, 1);
  });

test('whoever is there already is adopted once, and nothing is written where all agrees', async () => {
  await using server = await thinkificServer();
  const { id } = server.addUser('ada.lovelace@example.com', {
    first_name: 'Ada',
    last_name: 'Lovelace',
  });
  server.addEnrolment({ user_id: id, course_id: 1 });
  const target = connected(server);
  const { link, result } = await look(unseen, target);
  assert.deepEqual([result.plan, link.remoteId, writes(server)], ['adopt', String(id), 0]);
  assert.equal((await look(link, target)).result.plan, 'nothing');
  // What she had before is hers when she leaves.
  await look({ ...link, resource: null, resourceType: null }, target);
  assert.deepEqual(open(server), [true]);
});

test('whoever has left by keep is found by address again', async () => {
  await using server = await thinkificServer();
  const target = connected(server);
  const kept: Policy = { ...policy, leave: 'keep' };
  const joined = await look(unseen, target, kept);
  const left = await look({ ...joined.link, resource: null, resourceType: null }, target, kept);
  assert.deepEqual([left.link.remoteId, open(server)], [null, [false]]);
  const back = { ...left.link, resource: unseen.resource, resourceType: 'User' } as const;
  assert.equal((await look(back, target, kept)).result.plan, 'adopt');
  assert.deepEqual([server.users.length, open(server)], [1, [true]]);
});

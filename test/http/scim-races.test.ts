/** What many requests at once must not break. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkAgreement } from '../support/checker.ts';
import { patchOf as patch } from '../support/roll.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
/** How far the server's clock is ahead. */
let ahead = 0;
before(async () => {
  world = await testWorld({ now: () => Date.now() + ahead });
});
after(() => world.close());

const rounds = Array.from({ length: 10 }, (_, index) => index);

async function linkOf(userId: string): Promise<string | undefined> {
  const { rows } = await world.pool.query<{ id: string }>(
    'select id from links where tenant_id = $1 and resource_id = $2',
    [world.tenantId, userId],
  );
  return rows[0]?.id;
}

test('of parallel POSTs of one userName in different case exactly one is 201', async () => {
  const user = userNamed('Parallel Person');
  const userName = String(user.userName);
  const answers = await Promise.all(
    rounds.map((index) =>
      world.scim('POST', '/Users', {
        ...user,
        userName: index % 2 === 0 ? userName : userName.toUpperCase(),
      }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(9).fill(409)]);
});

test('a hundred parallel PATCHes of one user are all done', async () => {
  const { body } = await world.scim('POST', '/Users', userNamed('Busy Person'));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      world.scim(
        'PATCH',
        `/Users/${body.id}`,
        patch({ op: 'add', path: 'roles', value: [{ value: `role-${index}` }] }),
      ),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const read = await world.scim('GET', `/Users/${body.id}`);
  assert.equal(read.body.roles.length, 100);
});

test('DELETE with If-Match: * holds for whatever version a PATCH leaves (RFC 9110 §13.1.1)', async () => {
  for (const round of rounds) {
    const { body } = await world.scim('POST', '/Users', userNamed(`Leaving${round} Person`));
    const [deleted] = await Promise.all([
      world.scim('DELETE', `/Users/${body.id}`, undefined, { 'if-match': '*' }),
      world.scim(
        'PATCH',
        `/Users/${body.id}`,
        patch({ op: 'replace', path: 'title', value: 'Dr' }),
      ),
    ]);
    assert.equal(deleted.status, 204, JSON.stringify(deleted.body));
  }
});

test('a POST at the same time as the DELETE of the same person inherits the account', async () => {
  for (const round of rounds) {
    const user = userNamed(`Returning${round} Person`);
    const first = await world.scim('POST', '/Users', user);
    const link = await linkOf(first.body.id);
    const [deleted, posted] = await Promise.all([
      world.scim('DELETE', `/Users/${first.body.id}`),
      world.scim('POST', '/Users', user),
    ]);
    assert.equal(deleted.status, 204);
    const second = posted.status === 201 ? posted : await world.scim('POST', '/Users', user);
    assert.equal(second.status, 201);
    assert.equal(await linkOf(second.body.id), link);
  }
});

test('of two POSTs that would reactivate one user the second is 409', async () => {
  const user = userNamed('Sleeping Person', { active: false });
  await world.scim('POST', '/Users', user);
  await world.pool.query('update sources set reactivate_on_create = true where tenant_id = $1', [
    world.tenantId,
  ]);
  const awake = () => world.scim('POST', '/Users', { ...user, active: true });
  // The switch is in effect within a second.
  ahead += 1_000;
  const statuses = (await Promise.all([awake(), awake()])).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, 409]);
});

test('in the end every person has exactly one customer', async () => {
  await world.settled();
  await checkAgreement(world);
});

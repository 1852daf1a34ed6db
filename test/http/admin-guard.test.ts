import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Admin,
  activityOf,
  assertProblem,
  type Made,
  newTenant,
  startAdmin,
} from '../support/admin.ts';
import { cliOf, type Rollcall } from '../support/cli.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let admin: Admin;
let rollcall: Rollcall;
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
  rollcall = cliOf(database);
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});

/** A tenant with so many people who are done and held, the last of them with a membership only. */
async function heldTenant(count: number): Promise<Made & { readonly links: readonly string[] }> {
  const made = await newTenant(database.pool);
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, remote_id, user_name, deleted_at,
                        wanted, done, outcome, reason, leave, leave_at, withheld)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), $1 || n, 'person' || n || '@example.com', now(), 1, 1,
            'held', 'too many', 'held', now(), case when n = $4 then '{staff}'::text[] end
     from generate_series(1, $4) n returning id`,
    [made.tenantId, made.destinationId, made.sourceId, count],
  );
  return { ...made, links: rows.map(({ id }) => id) };
}

const pathOf = ({ tenantId, destinationId }: Made) =>
  `/api/tenants/${tenantId}/destinations/${destinationId}/guard`;

test('who is held is listed by name, page by page', async () => {
  const made = await heldTenant(5);
  const first = await admin.send('GET', `${pathOf(made)}?limit=3`);
  assert.equal(first.status, 200);
  assert.equal(first.body.people.length, 3);
  const second = await admin.send('GET', `${pathOf(made)}?limit=3&after=${first.body.next}`);
  assert.equal(second.body.next, null);
  const people = [...first.body.people, ...second.body.people];
  assert.deepEqual(
    people.map(({ name }) => name).sort(),
    [1, 2, 3, 4, 5].map((n) => `person${n}@example.com`),
  );
  assert.deepEqual(
    people.filter(({ memberships }) => memberships !== null).map(({ memberships }) => memberships),
    [['staff']],
  );
  assert.ok(
    people.every(
      ({ reason, since, deleted }) => reason === 'too many' && Date.parse(since) > 0 && deleted,
    ),
  );
  assert.deepEqual(first.body.limits, { floor: 10, share: 0.2, most: 10 });
  assert.equal(first.body.counts.heldAccounts, 4);
  assert.equal(first.body.counts.heldMemberships, 1);
  assert.equal(first.body.state, 'tripped');
});

test('decisions are about the named, or all, and are activity with who made them', async () => {
  const made = await heldTenant(4);
  const [one = '', two = ''] = made.links;
  const allowed = await admin.send('POST', `${pathOf(made)}/allow`, { links: [one] });
  assert.deepEqual(allowed.body, { decided: 1 });
  const again = await admin.send('POST', `${pathOf(made)}/allow`, { links: [one] });
  assert.deepEqual(again.body, { decided: 0 });
  const { rows } = await database.pool.query(
    'select leave, wanted > done as due, urgent, look_again from links where id = $1',
    [one],
  );
  assert.deepEqual(rows, [{ leave: 'allowed', due: true, urgent: true, look_again: true }]);
  assert.deepEqual((await admin.send('POST', `${pathOf(made)}/discard`, { all: true })).body, {
    decided: 3,
  });
  const after = await admin.send('GET', `${pathOf(made)}?state=discarded`);
  assert.equal(after.body.people.length, 3);
  assert.equal(after.body.state, 'watching');
  assert.deepEqual((await admin.send('POST', `${pathOf(made)}/allow`, { links: [two] })).body, {
    decided: 1,
  });
  const lines = await activityOf(made, admin);
  const words = lines.filter(({ kind }) => kind.startsWith('guard.')).map(({ summary }) => summary);
  assert.equal(words.length, 5);
  assert.ok(
    words.some((word) => /^person\d@example.com was allowed to leave /.test(word)),
    words.join(),
  );
  assert.ok(
    words.some((word) => /is not to lose staff in .*, although/.test(word)),
    words.join(),
  );
  assert.ok(lines.every(({ actor }) => actor === 'admin' || actor === null));
});

test('a decision about another tenant, or nobody, is refused', async () => {
  const [made, other] = [await heldTenant(1), await heldTenant(1)];
  const path = `/api/tenants/${other.tenantId}/destinations/${made.destinationId}/guard`;
  assertProblem(await admin.send('GET', path), 404, 'not-found', /no destination/);
  assertProblem(
    await admin.send('POST', `${path}/allow`, { all: true }),
    404,
    'not-found',
    /no destination/,
  );
  const foreign = await admin.send('POST', `${pathOf(other)}/allow`, { links: made.links });
  assert.deepEqual(foreign.body, { decided: 0 });
  for (const body of [
    {},
    { all: true, links: made.links },
    { all: false },
    { links: ['x'] },
    { links: [] },
  ])
    assertProblem(
      await admin.send('POST', `${pathOf(made)}/allow`, body),
      400,
      'invalid-input',
      /must/,
    );
  assertProblem(
    await admin.send('GET', `${pathOf(made)}?limit=0`),
    400,
    'invalid-input',
    /limit must/,
  );
});

test('a crowd is decided about page by page, and does not go before single leavers', async () => {
  const made = await heldTenant(2_300);
  assert.deepEqual((await admin.send('POST', `${pathOf(made)}/allow`, { all: true })).body, {
    decided: 2_300,
  });
  const { rows } = await database.pool.query(
    'select leave, urgent, count(*) as links from links where tenant_id = $1 group by 1, 2',
    [made.tenantId],
  );
  assert.deepEqual(rows, [{ leave: 'allowed', urgent: false, links: 2_300 }]);
});

test('the command line lists and decides', async () => {
  const [made] = [await heldTenant(3), await heldTenant(1)];
  const of = ['--destination', made.destinationId];
  const listed = await rollcall(['guard', 'list', ...of]);
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, /^3 people held\. /);
  assert.match(listed.out, /person3@example\.com {2}loses staff, held since .*: too many/);
  assert.match((await rollcall(['guard', 'allow', ...of])).err, /Say whom/);
  assert.match((await rollcall(['guard', 'allow', 'x', ...of])).err, /not the id of a link/);
  const [one = ''] = made.links;
  assert.match((await rollcall(['guard', 'allow', one, ...of])).out, /^1 person will leave\./);
  assert.match((await rollcall(['guard', 'discard', '--all', ...of])).out, /^2 people will stay/);
  assert.match(
    (await rollcall(['guard', 'discard', '--all', ...of])).err,
    /Nobody of these is held/,
  );
  const told = JSON.parse((await rollcall(['guard', 'list', '--json', ...of])).out);
  assert.equal(told.counts.discarded, 2);
  assert.match((await rollcall(['guard', 'list'])).err, /several destinations/);
});

/** What can be picked as a membership, in the admin API and on the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/admin.ts';
import { cliOf } from '../support/cli.ts';
import { companyOfStaff } from '../support/companies.ts';
import { request, testWorld, type World } from '../support/world.ts';

const ask = ({ origin, tenantId, destinationId }: World, query = '', destination = destinationId) =>
  request(`${origin}/api/tenants/${tenantId}/destinations/${destination}/memberships${query}`, {
    method: 'GET',
  });

test('companies with their locations and roles come in pages', async () => {
  await using world = await testWorld();
  const company = await companyOfStaff(world);
  const { status, body } = await ask(world);
  assert.equal(status, 200);
  assert.deepEqual(body.memberships[1], {
    membership: company.membership(0, 0),
    label: 'Acme: Location admin in York',
    within: `company:${company.number}`,
  });
  assert.equal(body.next, null);
  assert.match(body.help, /^A customer tag; or company:/);
  for (let count = 0; count < 25; count += 1)
    await world.store.dev('POST', 'companies', { name: `Company ${count}` });
  const first = (await ask(world)).body;
  const second = (await ask(world, `?after=${encodeURIComponent(first.next)}`)).body;
  assert.equal(second.memberships[0].label, 'Company 24: contact');
  assert.equal(second.next, null);
});

test('a destination that is not there, and one that does not answer, are told apart', async () => {
  await using world = await testWorld();
  const nowhere = await ask(world, '', '00000000-0000-4000-8000-000000000000');
  assertProblem(nowhere, 404, 'not-found', /There is no destination/);
  assertProblem(await ask(world, '?page=2'), 400, 'invalid-input', /page is not known here/);
  await world.store.fault({ kind: 'invalid-token', match: { operation: 'CompaniesPage' } });
  assertProblem(await ask(world), 502, 'destination-failed', /refuses the access token/);
});

test('the command line lists them all', async () => {
  await using world = await testWorld();
  const company = await companyOfStaff(world);
  const rollcall = cliOf(world.database, { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32) });
  const { out } = await rollcall(['membership', 'list']);
  assert.ok(out.includes(`${company.membership(1)}  Acme: Ordering only in Leeds`), out);
  assert.match(out, /A customer tag; or/);
  const { code, err } = await rollcall(['membership', 'list', '--destination', 'none']);
  assert.deepEqual(
    { code, err },
    { code: 1, err: 'There is no destination none: see rollcall destination list.\n' },
  );
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const pathOf = ({ tenantId }: Made) => `/api/tenants/${tenantId}/offers`;

/** What sells as `sku` gives a tag of the tenant's shop. */
const welding = ({ destinationId }: Made, sku: string, membership = 'course-welding') => ({
  name: 'Welding',
  terms: { match: { sku }, courses: [{ destination: destinationId, membership }] },
});

test('an offer is made, changed and withdrawn; each version stays to be read', async () => {
  const made = await newTenant(database.pool);
  const first = await admin.send('POST', pathOf(made), welding(made, 'WELD'));
  assert.equal(first.status, 201, JSON.stringify(first.body));
  assert.equal(first.body.version, 1);
  assert.equal(first.body.terms.refunds.line, 'suspend', 'what was left out is filled in');
  const path = `${pathOf(made)}/${first.body.id}`;
  const changed = await admin.send('PUT', path, welding(made, 'WELD-*'));
  assert.deepEqual([changed.status, changed.body.version], [200, 2]);
  assert.deepEqual((await admin.send('GET', path)).body, changed.body);

  const listed = (await admin.send('GET', pathOf(made))).body.offers;
  assert.deepEqual(listed, [changed.body]);
  const withdrawn = await admin.send('POST', `${path}/withdraw`, {});
  assert.ok(withdrawn.body.validUntil);
  assert.deepEqual((await admin.send('GET', pathOf(made))).body.offers, []);
  const all = (await admin.send('GET', `${pathOf(made)}?withdrawn=true`)).body.offers;
  assert.deepEqual(all, [withdrawn.body]);
  const { versions } = (await admin.send('GET', `${path}/versions`)).body;
  assert.deepEqual(
    versions.map(({ version, terms }: { version: number; terms: { match: object } }) => [
      version,
      terms.match,
    ]),
    [
      [1, { sku: 'WELD' }],
      [2, { sku: 'WELD-*' }],
    ],
  );
  assert.equal(versions[0].validUntil, versions[1].validFrom);
  assert.equal((await admin.send('PUT', path, welding(made, 'WELD'))).status, 400);

  const lines = await activityOf(made, admin);
  assert.deepEqual(
    lines.map(({ kind, actor, summary }) => [kind, actor, summary]),
    [
      ['offer.withdraw', 'admin', 'The offer Welding was withdrawn'],
      ['offer.update', 'admin', 'The offer Welding was changed'],
      ['offer.create', 'admin', 'The offer Welding was put in force'],
    ],
  );
});

test('what an offer cannot say is refused with every fault', async () => {
  const made = await newTenant(database.pool);
  const send = (body: unknown) => admin.send('POST', pathOf(made), body);
  const { name, terms } = welding(made, 'WELD');
  assertProblem(
    await send({ name, terms: { ...terms, quantity: 3 } }),
    400,
    'invalid-input',
    /quantity/,
  );
  const courses = [
    { destination: 'nowhere', membership: 'x' },
    { destination: made.destinationId, membership: 'a,b' },
  ];
  const refused = await send({ name, terms: { ...terms, courses } });
  assert.equal(refused.body.errors.length, 2, JSON.stringify(refused.body));
  assertProblem(await send({ name: '', terms: [] }), 400, 'invalid-input', /name must be a name/);
  const other = await newTenant(database.pool, 'Other');
  const { body } = await send(welding(made, 'WELD'));
  assertProblem(
    await admin.send('GET', `${pathOf(other)}/${body.id}`),
    404,
    'not-found',
    /no offer/,
  );
});

test('offers are put, shown and withdrawn from the command line', async () => {
  const made = await newTenant(database.pool);
  const run = (...args: string[]) => rollcall(['offer', ...args, '--tenant', made.tenantId]);
  const file = join(tmpdir(), `offer-${made.tenantId}.json`);
  assert.match((await run('list')).out, /No offers yet/);
  await writeFile(file, JSON.stringify(welding(made, 'WELD')));
  const put = await run('put', file);
  assert.equal(put.code, 0, put.err);
  const [id = ''] = put.out.split(' ');
  const shown = await run('show', id);
  await writeFile(file, shown.out.replace('WELD', 'WELD-*'));
  assert.match((await run('put', file)).out, /version 2, is in force/);
  assert.match((await run('list')).out, /version 2 since .*\{"sku":"WELD-\*"\}/);
  assert.equal(JSON.parse((await run('show', id, '--all')).out).versions.length, 2);

  await writeFile(file, JSON.stringify({ ...welding(made, 'WELD', 'a,b') }));
  assert.match(
    (await run('put', file)).err,
    /^Nothing was changed.\nThe membership "a,b" must not/,
  );
  assert.match((await run('put')).err, /Say which file/);
  assert.match((await run('withdraw', id)).out, /what it gave stays/);
  assert.match((await run('withdraw', id)).err, /There is no offer/);
  assert.match((await run('list')).out, /No offers yet/);
  assert.match((await run('list', '--all')).out, /withdrawn/);
});

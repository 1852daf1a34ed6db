/** Texts that the database cannot hold, wherever the admin API and the pages of those who sign in take one. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Admin, type Made, newTenant, startAdmin } from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

const odd = 'a%00b';

let database: TestDatabase;
let admin: Admin;
let tenant: Made;
let reads: readonly (readonly [string, Operation])[];
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
  tenant = await newTenant(database.pool);
  const { body } = await admin.send('GET', '/api/openapi.json');
  const paths: Record<string, { readonly get?: Operation }> = body.paths;
  reads = Object.entries(paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [[path, get]],
  );
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});

/** A path with the ids of what there is. */
const known = (path: string) =>
  path
    .replace('{tenantId}', tenant.tenantId)
    .replace('{sourceId}', tenant.sourceId)
    .replace('{destinationId}', tenant.destinationId);

suite('a text with a NUL', () => {
  test('in a path is found nowhere', async () => {
    for (const [path] of reads)
      for (const [name] of path.matchAll(/\{\w+\}/g)) {
        const asked = known(path.replace(name, odd)).replaceAll(/\{\w+\}/g, 'none');
        assert.equal((await admin.send('GET', asked)).status, 404, asked);
      }
    const signIn = `/me/${odd}/api/sign-in`;
    assert.equal((await admin.send('POST', signIn, {})).status, 404);
  });

  test('in a query finds nothing, or is refused', async () => {
    for (const [path, { parameters = [] }] of reads)
      for (const { name } of parameters.filter((one) => one.in === 'query')) {
        const asked = `${known(path).replaceAll(/\{\w+\}/g, 'none')}?${name}=${odd}`;
        const { status, body } = await admin.send('GET', asked);
        assert.ok(status < 500 || body.type.endsWith('destination-failed'), `${asked} ${status}`);
      }
  });

  test('in a body is kept with a mark in its place, however deep it is', async () => {
    const path = `/api/tenants/${tenant.tenantId}`;
    const made = await admin.send('POST', `${path}/sources`, { name: 'a\0b' });
    assert.equal(made.status, 201);
    const destination = `${path}/destinations/${tenant.destinationId}`;
    const { policy } = (await admin.send('GET', destination)).body;
    const mapping = [{ to: 'title', constant: 'a\0b\ud800' }];
    const put = { policy: { ...policy, mapping } };
    const changed = await admin.send('PUT', `${destination}/policy`, put);
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    const { rows } = await database.pool.query(
      `select s.name, d.policy->'mapping'->0->>'constant' as constant
       from sources s join destinations d using (tenant_id) where s.tenant_id = $1 and s.id <> $2 and s.kind = 'scim'`,
      [tenant.tenantId, tenant.sourceId],
    );
    assert.deepEqual(rows, [{ name: 'a\ufffdb', constant: 'a\ufffdb\ufffd' }]);
  });

  test('is no worse where what has it is nested deeper than anything that is taken', async () => {
    const name = `${'['.repeat(100_000)}"\0"${']'.repeat(100_000)}`;
    const answer = await fetch(`${admin.origin}/api/tenants/${tenant.tenantId}/sources`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"name": ${name.replace('\0', '\\u0000')}}`,
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /nested deeper than 100/);
  });
});

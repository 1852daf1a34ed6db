/** The admin pages: which is shown, and what they let in. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Admin, newTenant, startAdmin } from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.close());

const get = (admin: Admin, path: string) => fetch(admin.origin + path, { redirect: 'manual' });

test('lead from / to the page of the only tenant, and to the list where there are more', async () => {
  await using fresh = await testDatabase();
  await using admin = await startAdmin({ pool: fresh.pool });
  assert.equal((await get(admin, '/')).headers.get('location'), '/admin');
  assert.match(await (await get(admin, '/admin')).text(), /<title>Stores/);
  const { tenantId } = await newTenant(fresh.pool, 'Analytical Engines');
  const redirect = await get(admin, '/admin');
  assert.equal(redirect.status, 302);
  assert.equal(redirect.headers.get('location'), `/admin/${tenantId}/user-sync/scim`);
  await newTenant(fresh.pool, 'Difference Engines');
  assert.equal((await get(admin, '/admin')).status, 200);
});

test('take nothing from elsewhere and run nothing inline', async () => {
  await using admin = await startAdmin({ pool: database.pool });
  for (const path of [
    '/admin/any/user-sync/scim',
    '/admin/assets/scim-page.js',
    '/admin/assets/style.css',
  ]) {
    const response = await get(admin, path);
    assert.equal(response.status, 200, path);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
  const html = await (await get(admin, '/admin/any/user-sync/scim')).text();
  assert.doesNotMatch(html, /https?:|<script>|<style|style="/);
});

test('keep what lies beside them to themselves', async () => {
  await using admin = await startAdmin({ pool: database.pool });
  for (const path of [
    '/admin/assets/../package.json',
    '/admin/assets/%2e%2e/package.json',
    '/admin/assets/..%2fpackage.json',
    '/admin/assets/',
  ]) {
    assert.notEqual((await get(admin, path)).status, 200, path);
  }
});

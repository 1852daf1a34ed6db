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
  assert.match(await (await get(admin, '/admin')).text(), /<div id="app">/);
  const { tenantId } = await newTenant(fresh.pool, 'Analytical Engines');
  const redirect = await get(admin, '/admin');
  assert.equal(redirect.status, 302);
  assert.equal(redirect.headers.get('location'), `/admin/${tenantId}`);
  await newTenant(fresh.pool, 'Difference Engines');
  assert.equal((await get(admin, '/admin')).status, 200);
});

test('take nothing from elsewhere and run nothing inline', async () => {
  await using admin = await startAdmin({ pool: database.pool });
  const page = await get(admin, '/admin/any/user-sync/scim');
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  assert.doesNotMatch(await page.text(), /https?:|<script>|<style|style="/);
});

test('load files that a browser keeps for as long as they are the same', async () => {
  await using admin = await startAdmin({ pool: database.pool });
  const page = await (await get(admin, '/admin/any')).text();
  const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+-[\w-]{8}\.(?:js|css))"/g)];
  assert.ok(files.length >= 3);
  for (const [, file = ''] of files) {
    const response = await get(admin, file);
    assert.equal(response.status, 200, file);
    assert.match(response.headers.get('cache-control') ?? '', /immutable/);
    const text = await response.text();
    for (const encoding of ['identity', 'gzip', 'br']) {
      const packed = await fetch(response.url, { headers: { 'accept-encoding': encoding } });
      const told = packed.headers.get('content-encoding') ?? 'identity';
      assert.deepEqual([told, await packed.text()], [encoding, text]);
    }
  }
  assert.match(
    (await get(admin, '/assets/icon.svg')).headers.get('cache-control') ?? '',
    /no-cache/,
  );
});

test('keep what lies beside them to themselves', async () => {
  await using admin = await startAdmin({ pool: database.pool });
  for (const path of [
    '/assets/../package.json',
    '/assets/%2e%2e/package.json',
    '/assets/..%2fpackage.json',
    '/assets/',
  ]) {
    assert.notEqual((await get(admin, path)).status, 200, path);
  }
});

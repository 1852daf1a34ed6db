/** SCIM connections on the command line, and one person looked at again. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sourcesOf } from '../src/store/sources.ts';
import { cliOf } from './support/cli.ts';
import { waitFor } from './support/wait.ts';
import { testWorld, userNamed } from './support/world.ts';

const key = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

suite('a connection on the command line', { concurrency: 2 }, () => {
  test('is added with its switches off, and removed with what it leaves said', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database, key);
    const add = (...args: string[]) =>
      rollcall(['source', 'add', ...args, '--tenant', world.tenantId]);
    assert.match((await add()).err, /Say what it is called/);
    assert.match(
      (await add('--name', 'Okta', 'domains=nowhere')).err,
      /domains\.0 must be domains like/,
    );
    const made = await add('--name', 'Okta', 'domains=example.com,example.org');
    assert.equal(made.code, 0, made.err);
    const id = /^Connection (\S+)$/m.exec(made.out)?.[1] ?? '';
    const found = async () =>
      (await sourcesOf(world.pool, world.tenantId)).find((one) => one.id === id);
    const source = await found();
    assert.deepEqual(
      [source?.name, source?.domains, source?.provisioningEnabled, source?.creationEnabled],
      ['Okta', ['example.com', 'example.org'], false, false],
    );
    const listed = JSON.parse((await rollcall(['source', 'list', '--json'])).out).sources;
    const okta = listed.find((one: { id: string }) => one.id === id);
    assert.deepEqual([okta.name, okta.tenantId], ['Okta', world.tenantId]);
    assert.match(okta.baseUrl, new RegExp(`/scim/v2/${id}$`));
    assert.match((await rollcall(['source', 'remove'])).err, /Say which with --source/);
    const removed = await rollcall(['source', 'remove', '--source', 'Okta']);
    assert.equal(removed.out, 'Okta is removed.\n');
    assert.equal(await found(), undefined);

    await world.scim('POST', '/Users', userNamed('Ada'));
    const remove = (...args: string[]) =>
      rollcall(['source', 'remove', '--source', world.sourceId, ...args]);
    assert.match((await remove()).err, /has brought 1 people and 0 groups.*repeat with --keep/);
    assert.equal((await remove('--keep')).code, 0);
    assert.deepEqual(await sourcesOf(world.pool, world.tenantId), []);
    const { rows } = await world.pool.query(
      `select kind, actor from activity where tenant_id = $1 and kind like 'source.%' order by id`,
      [world.tenantId],
    );
    assert.deepEqual(
      rows.map(({ kind, actor }) => `${kind} ${actor}`),
      ['source.create cli', 'source.delete cli', 'source.delete cli'],
    );
  });

  test('has a person of its looked at again at once, and what somebody changed there put right', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database, key);
    const sync = (who: string) => rollcall(['sync', who, '--tenant', world.tenantId]);
    const email = 'ada.lovelace@example.com';
    await world.scim('POST', '/Users', userNamed('Ada'));
    await world.settled();
    const made = await waitFor('the customer', () => world.store.customer(email));
    await world.store.dev('PATCH', `customers/${made.id.split('/').at(-1)}`, { firstName: 'Eve' });
    assert.equal((await world.store.customer(email))?.firstName, 'Eve');
    const told = await sync(email);
    assert.match(
      told.out,
      /is looked at again on both sides:\n {2}Shopify customers\n.*rollcall explain/,
    );
    await waitFor(
      'the name to be put right',
      async () => (await world.store.customer(email))?.firstName === 'Ada',
    );
    assert.match((await sync('nobody')).err, /There is no person nobody on the roll/);
    const { rows } = await world.pool.query(
      `select actor from activity where tenant_id = $1 and kind = 'person.sync'`,
      [world.tenantId],
    );
    assert.deepEqual(rows, [{ actor: 'cli' }]);
  });
});

/** Destinations on the command line. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { destinationsOf } from '../src/store/destinations.ts';
import { cliOf } from './support/cli.ts';
import { testWorld } from './support/world.ts';

const key = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

suite('a destination on the command line', () => {
  test('gets other settings; its secrets are never an argument', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database, key);
    const of = ['--destination', world.destinationId];
    const set = (settings: readonly string[], more = {}) =>
      rollcall(['destination', 'set', ...settings, ...of], more);
    assert.match((await rollcall(['destination', 'test', ...of])).out, /answers/);

    const refused = await set(['accessToken=shpat_1']);
    assert.match(refused.err, /accessToken is secret: set ROLLCALL_SHOPIFY_ACCESS_TOKEN/);
    assert.match((await set([])).err, /Say what to set: Shopify customers takes\n {2}shop=…/);
    assert.match(
      (await set(['shop=two.myshopify.com'])).err,
      /another shop is a tenant of its own/,
    );

    const changed = await set([], { ROLLCALL_SHOPIFY_ACCESS_TOKEN: 'shpat_wrong' });
    assert.equal(changed.code, 0, changed.err);
    const failed = await rollcall(['destination', 'test', ...of]);
    assert.equal(failed.code, 1);
    assert.match(failed.err, /refuses the access token/);
    const [stored] = await destinationsOf(world.pool, world.tenantId);
    assert.ok(!JSON.stringify(stored).includes('shpat_'));
  });

  test('is added by its kind, with what it needs told', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database, key);
    const add = (...args: string[]) =>
      rollcall(['destination', 'add', '--tenant', world.tenantId, ...args]);
    assert.match((await add()).err, /Say which kind with --connector: shopify/);
    assert.match((await add('--connector', 'pigeon')).err, /There is no connector pigeon/);
    assert.match((await add('--connector', 'shopify')).err, /accessToken=- {2}Admin API access/);
    const shop = await add('--connector', 'shopify', 'shop=two.myshopify.com');
    assert.match(shop.err, /make another tenant for another shop/);

    const moodle = (...args: string[]) => add('--connector', 'moodle', ...args);
    assert.match((await moodle('auth=saml2')).err, /site must be given.*token must be given/);
    const token = { ROLLCALL_MOODLE_TOKEN: 't0k3n' };
    const args = ['--connector', 'moodle', '--name', 'Academy', 'site=https://moodle.example.com'];
    const made = await rollcall(['destination', 'add', '--tenant', world.tenantId, ...args], token);
    assert.equal(made.code, 0, made.err);
    const academy = (await destinationsOf(world.pool, world.tenantId)).find(
      ({ connector }) => connector === 'moodle',
    );
    assert.deepEqual([academy?.name, academy?.state], ['Academy', 'paused']);
    assert.equal(academy?.policy.accounts, 'members');
    assert.ok(!JSON.stringify(academy).includes('t0k3n'));

    const shown = await rollcall(['destination', 'show', '--destination', 'Academy', '--json']);
    assert.equal(JSON.parse(shown.out).id, academy?.id);
    const listed = await rollcall(['destination', 'list', '--json']);
    assert.deepEqual(
      JSON.parse(listed.out).destinations.map(({ id, tenantId }: Record<string, string>) => [
        tenantId,
        id,
      ]),
      (await destinationsOf(world.pool, world.tenantId)).map(({ id }) => [world.tenantId, id]),
    );
    assert.ok(!listed.out.includes('t0k3n'));

    assert.equal(
      (await rollcall(['destination', 'add', '--tenant', world.tenantId, ...args], token)).code,
      0,
    );
    const ids = (await destinationsOf(world.pool, world.tenantId)).flatMap(({ id, name }) =>
      name === 'Academy' ? [id] : [],
    );
    assert.equal(ids.length, 2);
    const pause = (which: string) => rollcall(['destination', 'pause', '--destination', which]);
    const unclear = (await pause('Academy')).err;
    assert.match(unclear, /There are several destinations called Academy: say which by its id, /);
    assert.ok(ids.every((id) => unclear.includes(id)));
    assert.equal((await pause(ids[1] ?? '')).code, 0);
    assert.match(
      (await pause('academy')).err,
      /no destination academy: see rollcall destination list/,
    );
  });
});

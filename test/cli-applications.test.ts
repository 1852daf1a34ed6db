/** Applications and App Login Policies on the command line. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTenant } from '../src/directory/tenants.ts';
import { destinationsOf } from '../src/store/destinations.ts';
import { cliOf } from './support/cli.ts';
import { waitFor } from './support/wait.ts';
import { connect, testSecrets, testWorld, type World } from './support/world.ts';

const key = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

/** A tenant with a directory, whose application is the SCIM connection of the shop's tenant. */
async function staff(world: World) {
  const { tenantId, destinationId } = await createTenant(world.pool, testSecrets, {
    name: 'Staff',
    shop: { shop: 'staff.myshopify.com', origin: world.store.origin, accessToken: 'none' },
    switches: 'off',
    shopState: 'paused',
  });
  const rollcall = cliOf(world.database, key);
  const run = (args: readonly string[], stdin = '') =>
    rollcall([...args, '--tenant', tenantId], {}, stdin);
  const done = async (args: readonly string[], stdin = '') => {
    const { code, out, err } = await run(args, stdin);
    assert.equal(code, 0, err);
    return out;
  };
  const { token } = await connect(world.pool, world);
  const added = await done(
    [
      ...['destination', 'add', '--connector', 'scim', '--name', 'The shop', '--scope', 'policies'],
      ...[`baseUrl=${world.origin}/scim/v2/${world.sourceId}`, 'token=-'],
    ],
    `${token}\n`,
  );
  const app = /^Destination (\w+)$/m.exec(added)?.[1] ?? '';
  const stored = async () =>
    (await destinationsOf(world.pool, tenantId)).find(({ id }) => id === app);
  return { tenantId, shopId: destinationId, run, done, app, of: ['--destination', app], stored };
}

const ada = 'ada.lovelace@example.com';

suite('an application on the command line', { concurrency: 2 }, () => {
  test('is added with its token from standard input, tested, assigned to a group, previewed and activated', async () => {
    await using world = await testWorld();
    const { done, run, app, of, stored } = await staff(world);
    const added = await stored();
    assert.deepEqual([added?.state, added?.policy.groups], ['paused', []]);
    assert.match(await done(['destination', 'test', ...of]), /The shop answers/);
    assert.match(await done(['destination', 'show', ...of]), /^ {2}baseUrl=http.*\/scim\/v2\//m);
    assert.doesNotMatch(await done(['destination', 'show', ...of, '--json']), /rc_/);
    const set = ['settleMs=0', 'leave=deactivate', 'guard.floor=5'];
    assert.match(await done(['policy', 'set', ...set, ...of]), /The policy is in force/);
    assert.match((await run(['policy', 'set', 'leaves=keep', ...of])).err, /leaves/);
    const policy = (await stored())?.policy;
    assert.deepEqual(
      [policy?.settleMs, policy?.leave, policy?.guard],
      [0, 'deactivate', { floor: 5, share: 0.2 }],
    );

    await done(['user', 'add', ada, 'givenName=Ada', 'familyName=Lovelace']);
    await done(['group', 'add', 'Customers']);
    await done(['group', 'join', 'Customers', ada]);
    const add = ['app-policy', 'add', '--name', 'Customers to the shop', ...of, '--group'];
    assert.match((await run([...add, 'Nobodies'])).err, /There is no group Nobodies/);
    assert.match(
      await done([...add, 'customers']),
      /Customers to the shop: customers has The shop/,
    );
    assert.match((await run([...add, 'Customers'])).err, /assigns this group to it already/);
    const listed = await done(['app-policy', 'list']);
    assert.match(listed, new RegExp(`Customers has The shop \\(${app}\\)$`, 'm'));

    const tried = await done(['policy', 'try', '--person', ada, ...of]);
    assert.match(tried, /: .*Customers/);
    assert.match(tried, /^ {2}name\.givenName: Ada \(from name\.givenName\)$/m);
    assert.match(await done(['destination', 'groups', ...of]), /No groups are made at The shop/);
    const upper = '{"to":"displayName","from":"displayName","transform":"upper"}';
    await done(['policy', 'set', `push={"groups":"all","mapping":[${upper}]}`, ...of]);
    assert.equal(
      await done(['policy', 'try', '--group', 'customers', ...of]),
      'Customers is sent\n  displayName: CUSTOMERS (from displayName)\n',
    );
    for (const [option, who] of [
      ['--group', 'Nobodies'],
      ['--person', 'nobody'],
    ] as const)
      assert.match((await run(['policy', 'try', option, who, ...of])).err, /no group|Nobody/);
    await done(['policy', 'set', 'push=null', ...of]);

    assert.match(await done(['preview', ...of]), /create\n {2}ada\.lovelace/);
    assert.equal(await world.store.customer(ada), undefined);
    await done(['destination', 'activate', ...of, '--note', 'looked at']);
    await waitFor('the customer', () => world.store.customer(ada));
    await done(['policy', 'set', 'push={"groups":"all"}', ...of]);
    const thereNow = async () =>
      / {2}there +Customers$/m.test(await done(['destination', 'groups', ...of]));
    await waitFor('the group', thereNow);
    await done(['policy', 'set', 'push=null', ...of]);

    assert.match((await run(['group', 'delete', 'Customers'])).err, /remove that App Login Policy/);
    assert.match((await run(['destination', 'remove'])).err, /Say which with --destination/);
    const held = await run(['destination', 'remove', ...of]);
    assert.match(held.err, /1 people have an account at The shop.*repeat with --keep/);
    assert.equal((await stored())?.name, 'The shop');

    await done(['app-policy', 'rename', 'Customers to the shop', 'Shop']);
    assert.match(await done(['app-policy', 'remove', 'Shop']), /1 people leave/);
    const inactive = async () =>
      (await world.store.customer(ada))?.tags.some((tag) => /inactive/i.test(tag));
    await waitFor('the customer to be deactivated', inactive);
  });

  test('is reached as an OAuth client, whose secret is no argument and shown nowhere', async () => {
    await using world = await testWorld();
    const { done, run, of, stored } = await staff(world);
    const client = await cliOf(
      world.database,
      key,
    )(['secret', 'create', '--source', world.sourceId]);
    const secret = /^Client secret: (rcs_\S+)$/m.exec(client.out)?.[1] ?? '';
    const settings = [
      `tokenUrl=${world.origin}/oauth/${world.sourceId}/token`,
      `clientId=${world.sourceId}`,
    ];
    const argued = await run(['destination', 'set', ...settings, `clientSecret=${secret}`, ...of]);
    assert.match(argued.err, /clientSecret is secret: set ROLLCALL_SCIM_CLIENT_SECRET/);
    const another = await run(['destination', 'set', ...settings, 'clientSecret=-', ...of], secret);
    assert.match(another.err, /token must be given again, as the address changed/);
    await done(['destination', 'remove', ...of]);
    assert.equal(await stored(), undefined);
    const added = await done(
      [
        ...['destination', 'add', '--connector', 'scim', ...settings, 'clientSecret=-'],
        `baseUrl=${world.origin}/scim/v2/${world.sourceId}`,
      ],
      secret,
    );
    const app = ['--destination', /^Destination (\w+)$/m.exec(added)?.[1] ?? ''];
    assert.match(await done(['destination', 'test', ...app]), /answers/);
    assert.doesNotMatch(await done(['destination', 'show', ...app, '--json']), /rcs_/);
  });

  test('gets another name and another beginning, and is removed with what it leaves said', async () => {
    await using world = await testWorld();
    const { done, run, of, shopId, stored, tenantId } = await staff(world);
    await done(['destination', 'rename', 'Academy', ...of]);
    await done(['destination', 'restart', ...of, '--note', 'they are back']);
    assert.equal((await stored())?.state, 'active');
    await done(['destination', 'pause', ...of, '--note', 'they moved']);
    const paused = await stored();
    assert.deepEqual(
      [paused?.name, paused?.state, paused?.reason],
      ['Academy', 'paused', 'they moved'],
    );
    assert.match(
      (await run(['destination', 'remove', '--destination', shopId])).err,
      /The shop is what/,
    );
    assert.match(await done(['destination', 'remove', ...of]), /Academy is removed\./);
    assert.equal(await stored(), undefined);
    const { rows } = await world.pool.query(
      `select kind, actor, message from activity where tenant_id = $1 and kind like 'destination.%' order by id`,
      [tenantId],
    );
    assert.deepEqual(
      rows.map(({ kind, actor, message }) => [kind, actor, message]),
      [
        ['destination.create', 'cli', null],
        ['destination.rename', 'cli', null],
        ['destination.restart', 'cli', 'they are back'],
        ['destination.pause', 'cli', 'they moved'],
        ['destination.remove', 'cli', 'Academy'],
      ],
    );
  });

  test('is taken from many only once somebody says so twice', async () => {
    await using world = await testWorld();
    const { done, run, of, tenantId } = await staff(world);
    await done(['policy', 'set', 'guard.floor=1', 'guard.share=0', ...of]);
    await done(['group', 'add', 'Staff']);
    const names = ['a@example.com', 'b@example.com', 'c@example.com'];
    for (const name of names) await done(['user', 'add', name]);
    await done(['group', 'join', 'Staff', ...names]);
    await done(['app-policy', 'add', '--name', 'All', ...of, '--group', 'Staff']);
    await done(['destination', 'activate', ...of]);
    await waitFor('three accounts', async () => {
      const linked =
        'select from links where tenant_id = $1 and remote_id is not null and wanted = done';
      return (await world.pool.query(linked, [tenantId])).rowCount === 3;
    });

    const asked = await run(['app-policy', 'remove', 'All']);
    assert.equal(asked.code, 1);
    assert.match(
      asked.err,
      /3 people leave, .*\nNothing was changed\. To go on, repeat with --yes/,
    );
    const policies = () =>
      world.pool.query('select from app_policies where tenant_id = $1', [tenantId]);
    assert.equal((await policies()).rowCount, 1);
    assert.match(await done(['app-policy', 'remove', 'All', '--yes']), /All is removed/);
    assert.equal((await policies()).rowCount, 0);
    const { rows } = await world.pool.query(
      `select kind, actor, message from activity where tenant_id = $1 and kind like 'app-policy.%' order by id`,
      [tenantId],
    );
    assert.deepEqual(rows, [
      { kind: 'app-policy.create', actor: 'cli', message: 'All' },
      { kind: 'app-policy.delete', actor: 'cli', message: 'All' },
    ]);
  });
});

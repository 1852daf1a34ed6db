/** The directory on the command line: users, groups, files. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { writeText } from '../src/cli/files.ts';
import { createTenant } from '../src/directory/tenants.ts';
import { cliOf } from './support/cli.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { testSecrets } from './support/world.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ada = 'ada@example.com';

let database: TestDatabase;
let folder: string;
before(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
});
after(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** A tenant of its own, with what its command line did and what came of it. */
async function directory(name: string) {
  const { tenantId } = await createTenant(database.pool, testSecrets, {
    name,
    shop: { shop: `${name}.myshopify.com`, accessToken: 'none' },
    switches: 'off',
  });
  const rollcall = cliOf(database);
  const run = (...args: string[]) => rollcall([...args, '--tenant', tenantId]);
  const done = async (...args: string[]) => {
    const { code, out, err } = await run(...args);
    assert.equal(code, 0, err);
    return out;
  };
  const rows = async (text: string) => (await database.pool.query(text, [tenantId])).rows;
  const user = async (userName: string) =>
    (
      await rows(`select r.data from resources r join sources s on s.tenant_id = $1 and s.id = r.source_id
                  where r.tenant_id = $1 and s.kind = 'local' and r.user_name = '${userName}'`)
    )[0]?.data;
  const members = async () =>
    (
      await rows(`select g.data ->> 'displayName' as "group", coalesce(u.data ->> 'userName', u.data ->> 'displayName') as member
                  from members m join resources g on g.tenant_id = $1 and g.id = m.group_id
                  join resources u on u.tenant_id = $1 and u.id = m.member_id
                  where m.tenant_id = $1 order by 1, 2`)
    ).map((row) => `${row.group}: ${row.member}`);
  return { tenantId, run, done, rows, user, members };
}

suite('a user of the directory on the command line', { concurrency: 2 }, () => {
  test('is added and changed by the names of attributes, and each change says who made it', async () => {
    const { done, run, user, rows } = await directory('attributes');
    await done('user', 'add', 'grace@example.com', 'displayName=Grace Hopper');
    await done(
      'user',
      'add',
      ada,
      'givenName=Ada',
      'familyName=Lovelace',
      'department=Engineering',
    );
    const manager = (
      await rows(`select id from resources where tenant_id = $1 and user_name like 'grace%'`)
    )[0].id;
    assert.equal((await user(ada))[enterprise].department, 'Engineering');
    assert.deepEqual((await user(ada)).emails, [{ value: ada, type: 'work', primary: true }]);

    const changed = await done(
      ...['user', 'set', ada, 'department=Research', 'title=Analyst', 'manager=grace@example.com'],
      ...['costCenter=17', 'phone=+15555550100', 'familyName='],
    );
    assert.match(changed, /ada@example.com is changed: department, title, manager/);
    const after = await user(ada);
    assert.deepEqual(after[enterprise], {
      ...{ department: 'Research', costCenter: '17', manager: { value: manager } },
    });
    assert.deepEqual([after.title, after.name], ['Analyst', { givenName: 'Ada' }]);
    assert.match(await done('user', 'set', ada, 'title=Analyst'), /is so already/);

    const activity = await rows(
      `select kind, actor, detail from activity where tenant_id = $1 and kind like 'User.%' order by id`,
    );
    assert.deepEqual(
      activity.map(({ kind, actor }) => [kind, actor]),
      [
        ['User.create', 'cli'],
        ['User.create', 'cli'],
        ['User.update', 'cli'],
      ],
    );
    assert.deepEqual(activity.at(-1).detail[`${enterprise}:department`], [
      'Engineering',
      'Research',
    ]);

    const shown = await done('user', 'show', ada);
    assert.match(shown, /^department=Research$/m);
    assert.match(shown, /^name\.givenName=Ada$/m);
    for (const line of shown.split('\n').filter((one) => one.includes('=')))
      assert.match(await done('user', 'set', ada, line), /is so already/, line);
    for (const name of ['Manager', `${enterprise}:manager`, 'manager'])
      assert.match(await done('user', 'set', ada, `${name}=grace@example.com`), /is so already/);
    const scim = JSON.parse(await done('user', 'show', ada, '--json'));
    assert.deepEqual([scim.userName, scim.meta.resourceType], [ada, 'User']);
    const listed = JSON.parse(
      await done('user', 'list', '--filter', 'title eq "Analyst"', '--json'),
    );
    assert.deepEqual(
      listed.users.map((one: { userName: string }) => one.userName),
      [ada],
    );
    assert.match((await run('user', 'list', '--filter', 'title is nice')).err, /filter/i);
  });

  test('is refused with what to do about it, and nothing is written', async () => {
    const { done, run, rows } = await directory('refusals');
    await done('user', 'add', ada);
    const refused = async (...args: string[]) => {
      const { code, err } = await run(...args);
      assert.equal(code, 1);
      return err;
    };
    assert.match(await refused('user', 'add', ada), /exists already/);
    assert.match(await refused('user', 'add'), /Say who: rollcall user add/);
    assert.match(
      await refused('user', 'set', ada, 'shoeSize=40'),
      /no attribute shoeSize: there are email,/,
    );
    assert.match(await refused('user', 'set', ada, 'manager=nobody'), /There is no user nobody/);
    assert.match(await refused('user', 'set', ada, 'groups=Staff'), /rollcall group join/);
    assert.match(await refused('user', 'set', ada, 'active=perhaps'), /must be true or false/);
    assert.match(await refused('user', 'show', 'nobody'), /see rollcall user list/);
    assert.match(await refused('user', 'restore', 'nobody'), /rollcall user list --deleted/);
    assert.equal((await rows(`select from activity where tenant_id = $1`)).length, 1);
  });

  test('has custom attributes by their own names, once these are defined', async () => {
    const { done, run, user, rows } = await directory('custom');
    const urn = 'urn:example:params:scim:schemas:staff:User';
    const file = join(folder, 'staff.json');
    const define = async (...attributes: object[]) => {
      await writeFile(file, JSON.stringify({ id: urn, name: 'Staff', attributes }));
      return run('schema', 'put', file, '--directory');
    };
    const badge = { name: 'badge', type: 'string' };
    const faulty = await define({ ...badge, type: 'text' });
    assert.match(faulty.err, /^Nothing was changed\.\nattributes\[0\]\.type must be/);
    assert.match((await run('user', 'add', ada, 'badge=A-17')).err, /no attribute badge/);
    assert.match((await define(badge, { name: 'floor', type: 'integer' })).out, /is defined/);
    assert.match((await define(badge, { name: 'floor', type: 'integer' })).out, /is so already/);
    assert.match(await done('schema', 'list', '--directory'), /User {2}badge, floor$/m);
    const shown = JSON.parse(await done('schema', 'show', urn, '--directory'));
    assert.deepEqual([shown.id, shown.attributes.length], [urn, 2]);

    await done('user', 'add', ada, 'badge=A-17', 'floor=3');
    assert.deepEqual((await user(ada))[urn], { badge: 'A-17', floor: 3 });
    assert.match(await done('user', 'show', ada), /^floor=3$/m);
    await done('user', 'set', ada, 'floor=');
    assert.deepEqual((await user(ada))[urn], { badge: 'A-17' });

    assert.match(await done('schema', 'remove', urn, '--directory'), /stays stored/);
    assert.match((await run('schema', 'remove', urn, '--directory')).err, /There is no schema/);
    const changes = await rows(
      `select kind, actor from activity where tenant_id = $1 and kind like 'schema.%' order by id`,
    );
    assert.deepEqual(
      changes.map(({ kind, actor }) => `${kind} ${actor}`),
      ['schema.create cli', 'schema.delete cli'],
    );
  });

  test('is suspended, deleted and restored with their groups', async () => {
    const { done, run, user, members } = await directory('leavers');
    await done('user', 'add', ada);
    await done('group', 'add', 'Staff');
    await done('group', 'join', 'Staff', ada);
    await done('user', 'suspend', ada);
    assert.equal((await user(ada)).active, false);
    assert.match((await run('user', 'invite', ada)).err, /is suspended: rollcall user activate/);
    await done('user', 'activate', ada);
    assert.equal((await user(ada)).active, true);

    await done('user', 'delete', ada);
    assert.deepEqual([await user(ada), await members()], [undefined, []]);
    assert.match(await done('user', 'list', '--deleted'), /ada@example.com {2}deleted .* by cli/);
    await done('user', 'restore', ada);
    assert.equal((await user(ada)).userName, ada);
    assert.deepEqual(await members(), ['Staff: ada@example.com']);
    assert.match(await done('user', 'list', '--deleted'), /Nobody was deleted/);
  });

  test('is suspended or deleted with others, of whom one who is not there keeps none', async () => {
    const { done, run, rows } = await directory('several');
    const [grace, alan] = ['grace@example.com', 'alan@example.com'];
    for (const name of [ada, grace, alan]) await done('user', 'add', name);
    assert.match((await run('user', 'suspend')).err, /Say who: rollcall user suspend/);
    const several = await run('user', 'suspend', ada, 'nobody', grace);
    assert.equal(several.code, 1);
    assert.match(several.out, /^ada@.* is suspended.*\nnobody: There is no user nobody.*\ngrace@/);
    const active = () =>
      rows(`select user_name from resources where tenant_id = $1 and type = 'User' and active`);
    assert.deepEqual(await active(), [{ user_name: alan }]);
    await done('user', 'delete', ada, alan);
    assert.deepEqual(await rows(`select user_name from resources where tenant_id = $1`), [
      { user_name: grace },
    ]);
  });

  test('is invited with a link that is told once', async () => {
    const { done, rows } = await directory('invited');
    await done('user', 'add', ada);
    const told = await done('user', 'invite', ada);
    assert.match(told, /^Link: http:\/\/127\.0\.0\.1:3000\/me\/\w+#password=\S{43}$/m);
    assert.match(told, /It was not sent: give it to them/);
    assert.equal((await rows(`select from password_links where tenant_id = $1`)).length, 1);
    const [line] = await rows(
      `select actor from activity where tenant_id = $1 and kind = 'person.invitation'`,
    );
    assert.equal(line.actor, 'cli');
  });

  test('is signed out everywhere', async () => {
    const { tenantId, done, rows } = await directory('signed-out');
    await done('user', 'add', ada);
    await database.pool.query(
      `insert into sessions (tenant_id, id, user_id, hash, device, created_at, last_used_at)
       select $1, gen_random_uuid(), id, 'x', 'Firefox', now(), now() from resources where tenant_id = $1`,
      [tenantId],
    );
    assert.match(await done('user', 'sign-out', ada), /sessions that ended: 1\./);
    assert.deepEqual(await rows('select from sessions where tenant_id = $1'), []);
    const lines = await rows(
      `select actor from activity where tenant_id = $1 and kind = 'person.signed-out'`,
    );
    assert.deepEqual(lines, [{ actor: 'cli' }]);
  });
});

test('what people may change about themselves is shown and set on the command line', async () => {
  const { done, run, rows } = await directory('sign-in');
  assert.match(
    await done('sign-in', 'show'),
    /^ownAttributes=displayName,name,phoneNumbers,department$/m,
  );
  assert.match((await run('sign-in', 'set')).err, /Say what people may change themselves/);
  assert.match((await run('sign-in', 'set', 'ownAttributes=userName')).err, /must be a list of/);
  assert.match(
    await done('sign-in', 'set', 'ownAttributes=displayName'),
    /^ownAttributes=displayName$/m,
  );
  assert.match(await done('sign-in', 'set', 'ownAttributes='), /^ownAttributes=$/m);
  assert.deepEqual(JSON.parse(await done('sign-in', 'show', '--json')).ownAttributes, []);
  const changes = await rows(
    `select actor from activity where tenant_id = $1 and kind = 'source.update'`,
  );
  assert.deepEqual(changes, [{ actor: 'cli' }, { actor: 'cli' }]);
});

suite('a group of the directory on the command line', () => {
  test('gets another name and members, also groups, and is deleted without them', async () => {
    const { done, run, members, user } = await directory('groups');
    await done('user', 'add', ada);
    await done('user', 'add', 'grace@example.com');
    await done('group', 'add', 'Staff');
    await done('group', 'add', 'Everybody');
    assert.match((await run('group', 'add', 'staff')).err, /exists already/);
    await done('group', 'join', 'staff', ada, 'grace@example.com');
    await done('group', 'join', 'Everybody', 'Staff');
    const nobody = await run('group', 'join', 'Staff', ada, 'nobody');
    assert.match(nobody.err, /There is no user or group nobody/);
    assert.deepEqual(await members(), [
      ...['Everybody: Staff', 'Staff: ada@example.com', 'Staff: grace@example.com'],
    ]);
    assert.match(await done('group', 'show', 'Everybody'), /Staff {2}\(group\)/);
    assert.match(
      await done('user', 'show', ada),
      /^groups Everybody, Staff$|^groups Staff, Everybody$/m,
    );
    const shown = JSON.parse(await done('group', 'show', 'Staff', '--json'));
    assert.equal(shown.members.length, 2);

    await done('group', 'leave', 'Staff', 'grace@example.com');
    await done('group', 'rename', 'Staff', 'Team');
    assert.deepEqual(await members(), ['Everybody: Team', 'Team: ada@example.com']);
    assert.match(await done('group', 'list', '--filter', 'displayName sw "T"'), /^\S+ {2}Team$/m);
    await done('group', 'delete', 'Team');
    assert.deepEqual(await members(), []);
    assert.equal((await user(ada)).userName, ada);
  });
});

suite('a file of users on the command line', () => {
  test('is previewed, taken in once somebody says so, and given out again', async () => {
    const { done, run, members, rows, user } = await directory('files');
    const file = join(folder, 'users.csv');
    await writeFile(
      file,
      [
        'userName,displayName,department,groups',
        'ada@example.com,Ada,Research,Staff',
        'grace@example.com,Grace,Navy,Staff',
      ].join('\n'),
    );
    const users = () => rows(`select from resources where tenant_id = $1 and type = 'User'`);
    const preview = await done('user', 'import', file);
    assert.match(preview, /^create\n {2}line 2 {2}ada@example.com: Staff$/m);
    assert.match(preview, /create: 2, .*\nNothing was written\. To take it in: .* --yes$/m);
    assert.equal((await users()).length, 0);

    assert.match(await done('user', 'import', file, '--yes'), /The file is taken in/);
    assert.equal((await user(ada))[enterprise].department, 'Research');
    assert.deepEqual(await members(), ['Staff: ada@example.com', 'Staff: grace@example.com']);

    const out = join(folder, 'out.csv');
    await done('user', 'export', out);
    assert.match(
      await readFile(out, 'utf8'),
      /^ada@example\.com,ada@example\.com,.*,Research,.*,true,Staff\r$/m,
    );
    assert.match(await done('user', 'import', out), /as they are: 2, refused: 0/);

    await writeFile(file, 'userName,active\nada@example.com,perhaps\nalan@example.com,\n');
    const refused = await run('user', 'import', file, '--yes', '--json');
    assert.equal(refused.code, 1);
    assert.deepEqual(JSON.parse(refused.out).counts, {
      create: 1,
      update: 0,
      nothing: 0,
      refused: 1,
    });
    assert.equal((await users()).length, 3);
    assert.match((await run('user', 'import', join(folder, 'none.csv'))).err, /cannot be read/);
    assert.match((await run('user', 'export', join(folder, 'none', 'x'))).err, /cannot be written/);
  });

  test('that cannot be written to its end is not there, and the one before stays', async () => {
    const file = join(folder, 'kept.csv');
    await writeFile(file, 'as it was', { mode: 0o600 });
    async function* cutShort() {
      yield 'a part';
      throw Object.assign(new Error('no space is left'), { syscall: 'write' });
    }
    await assert.rejects(writeText(file, cutShort()), /cannot be written: no space is left/);
    assert.equal(await readFile(file, 'utf8'), 'as it was');
    const parts = (await readdir(folder)).filter((name) => name.endsWith('.part'));
    assert.deepEqual(parts, []);
    async function* whole() {
      yield 'as it is';
    }
    await writeText(file, whole());
    assert.equal(await readFile(file, 'utf8'), 'as it is');
    assert.equal((await stat(file)).mode & 0o777, 0o600, 'who may read it stays');
  });

  test('tells how far it is', async () => {
    const { run, rows } = await directory('progress');
    const file = join(folder, 'many.csv');
    const names = Array.from({ length: 250 }, (_, index) => `person-${index}`);
    await writeFile(file, ['userName', ...names].join('\n'));
    const { code, err, out } = await run('user', 'import', file, '--yes');
    assert.deepEqual([code, err], [0, '100 of 250 lines\n200 of 250 lines\n']);
    assert.match(out, /and 230 more/);
    assert.equal(
      (await rows(`select from resources where tenant_id = $1 and type = 'User'`)).length,
      250,
    );
  });
});

test('what was done is told with what was before and after, and chosen by whom it is about', async () => {
  const { done, run } = await directory('log');
  await done('user', 'add', ada, 'title=Countess');
  await done('user', 'add', 'grace@example.com', 'displayName=Grace');
  await done('user', 'set', ada, 'title=Mathematician');
  const told = await done('activity', 'list', '--person', ada);
  assert.match(told, /^\S+ {2}done .*\(cli\)$/m);
  assert.match(told, /\n {4}title: Countess → Mathematician\n$/, 'the newest last');
  assert.doesNotMatch(told, /Grace/);
  assert.match(await done('activity', 'list'), /Grace/);
  const json = await done('activity', 'list', '--person', ada, '--all', '--json');
  const lines = json
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = lines.at(-1);
  assert.deepEqual(
    [last.actor, last.changes],
    ['cli', [{ name: 'title', before: 'Countess', after: 'Mathematician' }]],
  );
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  assert.match(await done('activity', 'list', '--since', tomorrow), /Nothing happened that fits/);
  const { code, err } = await run('activity', 'list', '--outcome', 'lost');
  assert.equal(code, 1);
  assert.match(err, /outcome must be "done"/);
});

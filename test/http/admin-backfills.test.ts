import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { saveOffer } from '../../src/courses/offers.ts';
import { cliOf } from '../support/cli.ts';
import { ledgerOf } from '../support/courses.ts';
import { buy, sell } from '../support/sales.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;
const key = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

/** Sends a request about the world's back-fills. */
function about(world: World, method: string, path = '', body?: unknown) {
  const url = `${world.origin}/api/tenants/${world.tenantId}/backfills${path}`;
  return request(url, { method, body, headers: { 'content-type': 'application/json' } });
}

/** An offer that is in force from now on. */
async function offerFor({ pool, tenantId, destinationId }: World, sku: string): Promise<string> {
  const courses = [{ destination: destinationId, membership: 'course-a' }];
  const draft = { id: null, name: sku, terms: { match: { sku }, courses } };
  const by = { actor: 'test', requestId: null };
  const saved = await saveOffer({ pool, now: Date.now }, tenantId, draft, by);
  assert.equal(saved.kind, 'saved');
  return saved.offer.id;
}

/** A world where three people bought before there was an offer, one of them long ago. */
async function sold(): Promise<{ readonly world: World; readonly offer: string }> {
  const world = await testWorld();
  await sell(world, 'WELD');
  await sell(world, 'HELMET');
  const ago = (days: number) => new Date(Date.now() - days * dayMs).toISOString();
  await buy(world, 'ada@example.com', ['WELD', 'HELMET'], { processedAt: ago(10) });
  await buy(world, 'bea@example.com', ['WELD'], { processedAt: ago(20), paid: false });
  await buy(world, 'cai@example.com', ['HELMET'], { processedAt: ago(5) });
  await buy(world, 'dot@example.com', ['WELD'], { processedAt: ago(40) });
  return { world, offer: await offerFor(world, 'WELD') };
}

const eventsOf = (body: string) =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

async function tagged(world: World): Promise<readonly (string | null)[]> {
  await world.settled();
  const customers = await world.store.customers();
  const emails = customers
    .filter(({ tags }) => tags.includes('course-a'))
    .map(({ email }) => email);
  return emails.toSorted();
}

suite('a back-fill', { concurrency: 2 }, () => {
  test('is previewed, run and undone in the admin API', async () => {
    const { world, offer } = await sold();
    await using _ = world;
    const since = new Date(Date.now() - 30 * dayMs).toISOString();
    const preview = await about(world, 'POST', '/preview', { offer, since });
    assert.equal(preview.headers.get('content-type'), 'application/x-ndjson');
    const events = eventsOf(preview.body);
    const rights = events.filter(({ type }) => type === 'right');
    assert.deepEqual(
      rights.map(({ learner, effect, reason }) => [learner, effect, reason]).toSorted(),
      [
        ['ada@example.com', 'give', null],
        ['bea@example.com', 'skip', 'not paid yet (pending)'],
      ],
    );
    assert.deepEqual(events.at(-1).counts, { give: 1, change: 0, 'has it': 0, skip: 1 });
    assert.deepEqual(await ledgerOf(world), [], 'nothing is written');

    const begun = await about(world, 'POST', '', { offer, since });
    assert.equal(begun.status, 202, JSON.stringify(begun.body));
    const { id } = begun.body;
    const done = await waitFor('its end', async () => {
      const { body } = await about(world, 'GET', `/${id}`);
      return body.state === 'done' && body;
    });
    assert.deepEqual([done.seen, done.applied, done.actor], [3, 2, 'admin']);
    assert.deepEqual(await tagged(world), ['ada@example.com']);
    assert.equal((await about(world, 'GET')).body.backfills[0].id, id);
    const again = eventsOf((await about(world, 'POST', '/preview', { offer, since })).body);
    assert.equal(again.at(-1).counts['has it'], 2);

    assert.equal((await about(world, 'POST', `/${id}/undo`, {})).body.state, 'undone');
    assert.deepEqual(await tagged(world), []);
  });

  test('is previewed, run and undone on the command line, by default for 60 days', async () => {
    const { world, offer } = await sold();
    await using _ = world;
    const rollcall = cliOf(world.database, key);
    const run = (...args: string[]) => rollcall(['backfill', ...args, '--tenant', world.tenantId]);
    assert.match((await run('list')).out, /No back-fills yet/);
    const preview = await run('preview', offer);
    assert.equal(preview.code, 0, preview.err);
    assert.match(
      preview.out,
      /^give\n( {2}#\d+ {2}(ada|dot)@example\.com {2}course-a .*\n){2}\nskip/m,
    );
    assert.match(
      preview.out,
      /^4 orders\ngive: 2\nchange: 0\nhas it: 0\nskip: 1\nNothing was written\.$/m,
    );
    assert.match(preview.err, /read 4 orders/);
    const ran = await run('run', offer);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /^done, 4 orders read, applied to 3\. To take it back: /);
    const [id = ''] = /[0-9a-f-]{36}/.exec(ran.out) ?? [];
    assert.deepEqual(await tagged(world), ['ada@example.com', 'dot@example.com']);
    assert.match((await run('list')).out, /WELD version 1 .* done, 4 orders read/);
    assert.match((await run('undo', id)).out, /It is undone/);
    assert.deepEqual(await tagged(world), []);
  });

  test('of no offer, over no time, or of a shop that does not answer is told so', async () => {
    const { world, offer } = await sold();
    await using _ = world;
    const none = { offer: '0198b0a0-0000-7000-8000-000000000000' };
    assert.equal((await about(world, 'POST', '', none)).status, 404);
    const never = { offer, since: '2027-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' };
    assert.match((await about(world, 'POST', '', never)).body.detail, /must begin before it ends/);
    assert.equal((await about(world, 'POST', '/x/undo', {})).status, 404);
    await world.store.fault({ kind: 'invalid-token', times: null });
    const failed = await about(world, 'POST', '/preview', { offer });
    assert.equal(failed.status, 502);
    assert.match(failed.body.detail, /refuses the access token/);
    const rollcall = cliOf(world.database, key);
    const of = ['--tenant', world.tenantId];
    const cli = await rollcall(['backfill', 'preview', offer, ...of]);
    assert.match(cli.err, /refuses the access token/);
    assert.match(
      (await rollcall(['backfill', 'run', 'x', ...of])).err,
      /must be the id of an offer/,
    );
  });
});

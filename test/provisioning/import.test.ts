import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bulkPaysForOne, setState } from '../support/bulk.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import {
  asked,
  changePolicy,
  existingCustomer,
  forget,
  linkOf,
  linkThat,
  looked,
  patch,
  push,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { secondSource } from '../support/second-source.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

async function about(world: World, method: 'GET' | 'POST', path: string, body?: object) {
  const url = `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}${path}`;
  return request(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: body ?? {} } : {}),
  });
}

/** Makes customers whom nobody on the roll is; a search finds them at once. */
async function strangers(world: World, count: number) {
  await world.store.dev('POST', 'search', { lagMs: 0 });
  const customers = Array.from({ length: count }, (_, n) => ({
    email: `stranger${n}@example.net`,
  }));
  assert.equal((await world.store.dev('POST', 'customers', customers)).status, 200);
}

/** Runs an import to its end. */
async function imported(world: World) {
  const { status, body } = await about(world, 'POST', '/import');
  assert.equal(status, 202);
  return waitFor('the import to end', async () => {
    const now = await about(world, 'GET', `/imports/${body.id}`);
    return now.body.state === 'done' && now.body;
  });
}

/** A source that may speak for example.org alone holds nobody of example.com. */
const speaksFor = (world: World, domains: readonly string[]) =>
  world.pool.query('update sources set domains = $2 where id = $1', [world.sourceId, domains]);

suite('an import', { concurrency: 2 }, () => {
  test('says of each account whose it is, writes nothing, and goes on in pages', async () => {
    await using world = await testWorld();
    await looked(world, await push(world, userNamed('Linked')));
    await about(world, 'POST', '/pause');
    await push(world, userNamed('Adopted'));
    await existingCustomer(world, { email: 'adopted.lovelace@example.com' });
    await strangers(world, 300);
    await forget(world);
    const done = await imported(world);
    assert.deepEqual(writesBy(await asked(world)), {});
    assert.deepEqual(done.counts, { linked: 1, adopt: 1, conflict: 0, ignore: 300 });
    assert.equal(done.read, 302);
    assert.equal(done.about, 302);
    const { body } = await about(world, 'GET', `/imports/${done.id}/accounts?verdict=adopt`);
    assert.equal(body.accounts[0].email, 'adopted.lovelace@example.com');
    assert.equal(body.accounts[0].userName, 'adopted.lovelace@example.com');
    const { imports } = (await about(world, 'GET', '/imports')).body;
    assert.deepEqual(imports, [done]);
    await about(world, 'POST', '/activate');
    await world.settled();
    await checkAgreement(world);
    assert.equal((await world.store.customers()).length, 302, 'nobody twice');
  });

  test('of many has them exported, and reads the file again where that was cut short', async () => {
    await using world = await testWorld();
    await about(world, 'POST', '/pause');
    await push(world, userNamed('Ada'));
    await strangers(world, 5_100);
    await existingCustomer(world, { email: ada });
    await world.store.fault({ kind: 'cut-after', match: { transfer: 'download' } });
    await forget(world);
    const done = await imported(world);
    assert.deepEqual(done.counts, { linked: 0, adopt: 1, conflict: 0, ignore: 5_100 });
    assert.equal(done.read, 5_101);
    assert.equal(done.about, 5_101);
    const requests = await asked(world);
    assert.equal(requests.BulkStartQuery, 1);
    assert.equal(requests.CustomersAfter, undefined);
  });

  test('that waits for an export says so, and keeps no other import waiting', async () => {
    await using world = await testWorld();
    await strangers(world, 5_001);
    await world.store.dev('POST', 'bulk', { linesPerSecond: 0 });
    const { body: waits } = await about(world, 'POST', '/import');
    const read = (id: string) => about(world, 'GET', `/imports/${id}`);
    await waitFor('the export to be under way', async () =>
      /^Shopify is exporting its customers/.test((await read(waits.id)).body.error ?? ''),
    );
    const { body: other } = await about(world, 'POST', '/import');
    await waitFor('the other to be begun', async () => (await read(other.id)).body.error !== null);
    await world.store.dev('POST', 'bulk', { linesPerSecond: null });
    for (const { id } of [waits, other])
      await waitFor('the import to end', async () => (await read(id)).body.state === 'done');
    assert.deepEqual((await read(waits.id)).body.counts.ignore, 5_001);
    assert.equal((await read(waits.id)).body.error, null);
  });

  test('of many is done by pages where the export fails', async () => {
    await using world = await testWorld();
    await strangers(world, 5_001);
    await world.store.fault({ kind: 'bulk-fail', match: { operation: 'CustomersExport' } });
    await forget(world);
    const done = await imported(world);
    assert.equal(done.counts.ignore, 5_001);
    assert.equal((await asked(world)).CustomersAfter, 21);
  });

  test('that was cut short goes on where it was', async () => {
    await using world = await testWorld();
    await about(world, 'POST', '/pause');
    await push(world, userNamed('Ada'));
    await strangers(world, 600);
    await existingCustomer(world, { email: ada });
    await world.store.fault({
      kind: 'cut-before',
      match: { operation: 'CustomersAfter' },
      times: 3,
      probability: 0.6,
    });
    const done = await imported(world);
    assert.deepEqual(done.counts, { linked: 0, adopt: 1, conflict: 0, ignore: 600 });
    assert.equal(done.read, 601, 'no page twice');
  });
});

suite('somebody whose account is in doubt', { concurrency: 2 }, () => {
  test('is on the review list; the account a person chooses is theirs, and stays so', async () => {
    await using world = await testWorld();
    await speaksFor(world, ['example.org']);
    const { id: remoteId } = await existingCustomer(world, { email: ada, tags: ['friend'] });
    const id = await push(world, userNamed('Ada'));
    await linkThat(world, id, 'the hold', ({ outcome }) => outcome === 'held');
    const done = await imported(world);
    assert.deepEqual(done.counts, { linked: 0, adopt: 0, conflict: 1, ignore: 0 });
    const [review] = await waitFor('the review', async () => {
      const { body } = await about(world, 'GET', '/reviews');
      return body.reviews.length === 1 && body.reviews;
    });
    assert.deepEqual(review.candidates, [{ remoteId, heldBy: null }]);
    assert.match(review.reason, /this source may not speak for example\.com/);
    assert.equal(
      (await about(world, 'POST', `/reviews/${review.linkId}`, { nothing: 1 })).status,
      400,
    );
    const settled = await about(world, 'POST', `/reviews/${review.linkId}`, { remoteId });
    assert.equal(settled.status, 200);
    await linkThat(
      world,
      id,
      'the adoption',
      (link) => link.remoteId === remoteId && link.outcome === 'done',
    );
    await sweep(world);
    await checkAgreement(world);
    assert.deepEqual((await world.store.customer(ada))?.tags, ['friend']);
    assert.deepEqual((await about(world, 'GET', '/reviews')).body.reviews, []);
    assert.equal(
      (await about(world, 'POST', `/reviews/${review.linkId}`, { remoteId })).status,
      404,
    );
  });

  test('is left alone where a person decides so, also by sweeps', async () => {
    await using world = await testWorld();
    await speaksFor(world, ['example.org']);
    const { id: remoteId } = await existingCustomer(world, { email: ada });
    const id = await push(world, userNamed('Ada'));
    const { id: linkId } = await linkThat(
      world,
      id,
      'the hold',
      ({ outcome }) => outcome === 'held',
    );
    await about(world, 'POST', `/reviews/${linkId}`, { leftAlone: true });
    await linkThat(world, id, 'the decision', ({ reason }) => /^left alone/.test(reason ?? ''));
    await forget(world);
    await sweep(world);
    assert.deepEqual(writesBy(await asked(world)), {});
    const customer = await world.store.customer(ada);
    assert.equal(customer?.id, remoteId);
    assert.equal(customer?.firstName, null);

    await speaksFor(world, ['example.com']);
    assert.equal((await about(world, 'POST', `/reviews/${linkId}`, { byRules: true })).status, 200);
    await linkThat(world, id, 'the adoption', (link) => link.remoteId === remoteId);
  });

  test('is left alone by bulk, too, when the account in doubt is gone', async () => {
    await using world = await testWorld();
    await speaksFor(world, ['example.org']);
    const { id: remoteId } = await existingCustomer(world, { email: ada });
    const id = await push(world, userNamed('Ada'));
    const held = await linkThat(world, id, 'the hold', ({ outcome }) => outcome === 'held');
    await setState(world, 'paused');
    await bulkPaysForOne(world);
    await about(world, 'POST', `/reviews/${held.id}`, { leftAlone: true });
    const { rows } = await world.pool.query('select creatable from links where id = $1', [held.id]);
    assert.equal(rows[0].creatable, false);
    await world.store.dev('DELETE', `customers/${encodeURIComponent(remoteId)}`);
    await setState(world, 'active');
    await world.settled();
    assert.match((await linkOf(world, id)).reason ?? '', /^left alone/);
    assert.equal(await world.store.customer(ada), undefined);
  });

  test('gets what another source has where its link is named, and that person loses nothing else', async () => {
    await using world = await testWorld();
    await changePolicy(world, { memberships: ['staff'] });
    const first = await push(world, userNamed('Ada'));
    const { id: holder, remoteId } = await looked(world, first);
    const contoso = await secondSource(world, 'Contoso');
    const second = await push(contoso, userNamed('Ada'));
    const { id: linkId } = await looked(world, second);
    const { body } = await about(world, 'GET', '/reviews');
    assert.deepEqual(body.reviews[0].candidates, [
      { remoteId, heldBy: { linkId: holder, userName: ada, sourceName: 'Identity provider' } },
    ]);
    const take = { remoteId, takeFrom: holder };
    assert.equal((await about(world, 'POST', `/reviews/${linkId}`, take)).status, 200);
    await linkThat(world, second, 'the adoption', (link) => link.remoteId === remoteId);
    await linkThat(
      world,
      first,
      'the loss',
      (link) => link.remoteId === null && /^left alone/.test(link.reason ?? ''),
    );
    await remove(world, first);
    await sweep(world);
    const customer = await world.store.customer(ada);
    assert.ok(customer && !isInactive(customer), 'who lost it does not take it along in leaving');
    await checkAgreement({ ...world, scim: contoso.scim });

    await changePolicy(world, { memberships: [] });
    await waitFor('what the first one was given to be taken back', async () => {
      const now = await world.store.customer(ada);
      return now?.tags.includes('staff') === false;
    });
  });

  test('whom two accounts match by address and phone number is shown both, never given one', async () => {
    await using world = await testWorld();
    await changePolicy(world, { match: ['key', 'email', 'phone'] });
    const phone = '+16134505293';
    const byMail = await existingCustomer(world, { email: ada });
    const byPhone = await existingCustomer(world, { email: 'aal@example.org', phone });
    const numbers = { phoneNumbers: [{ value: phone, type: 'mobile' }] };
    const id = await push(world, userNamed('Ada', numbers));
    const { id: linkId, reason } = await looked(world, id);
    assert.match(reason ?? '', /^more than one account matches/);
    const done = await imported(world);
    assert.deepEqual(done.counts, { linked: 0, adopt: 0, conflict: 2, ignore: 0 });
    const { body } = await about(world, 'GET', '/reviews');
    const ids = body.reviews[0].candidates.map(({ remoteId }: { remoteId: string }) => remoteId);
    assert.deepEqual(ids, [byMail.id, byPhone.id]);
    const shown = (await about(world, 'GET', `/reviews/${linkId}`)).body.candidates;
    assert.deepEqual(
      shown.map(({ seen }: { seen: { email: string } }) => seen.email),
      [ada, 'aal@example.org'],
    );
    assert.match(shown[0].url, /\/customers\/\d+$/);
    // Shopify has each number once: the merchant takes it from the other one.
    const other = `customers/${encodeURIComponent(byPhone.id)}`;
    await world.store.dev('PATCH', other, { phone: null });
    const choose = { remoteId: byMail.id };
    assert.equal((await about(world, 'POST', `/reviews/${linkId}`, choose)).status, 200);
    await linkThat(world, id, 'the adoption', ({ outcome }) => outcome === 'done');
    await sweep(world);
    assert.equal((await linkOf(world, id)).remoteId, byMail.id);
    await checkAgreement(world);
  });

  test('as two people of the roll have its address is held with both names, by preview, import and engine', async () => {
    await using world = await testWorld();
    await about(world, 'POST', '/pause');
    const { id: remoteId } = await existingCustomer(world, { email: ada });
    const emails = [{ value: ada, primary: true }];
    const [first, second] = [
      await push(world, userNamed('Ada')),
      await push(world, { ...userNamed('Augusta'), emails }),
    ];
    // Those who are not active have no claim.
    for (const name of ['Adele', 'Agnes'])
      await push(world, { ...userNamed(name), emails, active: false });
    await world.store.dev('POST', 'search', { lagMs: 0 });
    const preview = await about(world, 'POST', '/preview');
    const events = String(preview.body).trim().split('\n');
    const { counts, previewId } = JSON.parse(events.at(-1) ?? '');
    assert.deepEqual(counts, { create: 0, adopt: 0, update: 0, leave: 0, hold: 2, nothing: 2 });
    const done = await imported(world);
    assert.deepEqual(done.counts, { linked: 0, adopt: 0, conflict: 1, ignore: 0 });
    const { body } = await about(world, 'GET', `/imports/${done.id}/accounts?verdict=conflict`);
    assert.match(body.accounts[0].reason, /matches a[a-z]+\.lovelace@example\.com as well: choose/);

    await about(world, 'POST', '/activate');
    await looked(world, first);
    await looked(world, second);
    await world.settled();
    assert.match(
      (await linkOf(world, first)).reason ?? '',
      /^an account with ada\.lovelace@example\.com exists, and matches augusta\.lovelace@example\.com as well: choose/,
    );
    assert.match((await linkOf(world, second)).reason ?? '', /matches ada\.lovelace@/);
    const compared = await about(world, 'GET', `/previews/${previewId}`);
    assert.deepEqual(compared.body.since.differences, []);

    await patch(world, second, { active: false });
    await linkThat(world, first, 'the adoption', (link) => link.remoteId === remoteId);
  });

  test('who is known by a phone number alone is found by it', async () => {
    await using world = await testWorld();
    await changePolicy(world, { match: ['key', 'email', 'phone'] });
    const { id: remoteId } = await existingCustomer(world, { phone: '+16134505293' });
    const numbers = { phoneNumbers: [{ value: '+1 613 450 5293', type: 'mobile' }] };
    const id = await push(world, userNamed('Ada', numbers));
    assert.equal((await looked(world, id)).remoteId, remoteId);
    await checkAgreement(world);
  });

  test('does not get the account of somebody else', async () => {
    await using world = await testWorld();
    const { remoteId } = await looked(world, await push(world, userNamed('Grace')));
    await speaksFor(world, ['example.org']);
    await existingCustomer(world, { email: ada });
    const id = await push(world, userNamed('Ada'));
    const { id: linkId } = await linkThat(
      world,
      id,
      'the hold',
      ({ outcome }) => outcome === 'held',
    );
    const refused = await about(world, 'POST', `/reviews/${linkId}`, { remoteId });
    assert.equal(refused.status, 409);
    assert.match(refused.body.detail, /^The account belongs to grace\.lovelace@example\.com of /);
    assert.equal((await linkOf(world, id)).outcome, 'held');
  });
});

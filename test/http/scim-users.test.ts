import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkAgreement } from '../support/checker.ts';
import { patchOf as patch, remove } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { type Answer, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
/** How far the server's clock is ahead. */
let ahead = 0;
before(async () => {
  world = await testWorld({ now: () => Date.now() + ahead });
});
after(() => world.close());

let counter = 0;
async function created(more: object = {}): Promise<Answer> {
  counter += 1;
  const answer = await world.scim('POST', '/Users', userNamed(`Grace${counter} Hopper`, more));
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer;
}

test('a created user is answered with 201, Location, ETag, id and meta (RFC 7644 §3.3)', async () => {
  const { headers, body } = await created();
  assert.equal(headers.get('content-type'), 'application/scim+json');
  assert.equal(headers.get('location'), body.meta.location);
  assert.equal(headers.get('etag'), body.meta.version);
  assert.equal(
    body.meta.location,
    `http://rollcall.test/scim/v2/${world.sourceId}/Users/${body.id}`,
  );
  const read = await world.scim('GET', `/Users/${body.id}`);
  assert.deepEqual(read.body, body);
});

test('a taken userName is 409 uniqueness in any case, active or not, and the filter finds its user', async () => {
  const { body } = await created();
  await world.scim(
    'PATCH',
    `/Users/${body.id}`,
    patch({ op: 'replace', value: { active: false } }),
  );
  const again = await world.scim('POST', '/Users', {
    ...userNamed('x'),
    userName: body.userName.toUpperCase(),
    emails: [],
  });
  assert.equal(again.status, 409);
  assert.equal(again.body.scimType, 'uniqueness');
  const found = await world.scim(
    'GET',
    `/Users?filter=${encodeURIComponent(`userName eq "${body.userName.toUpperCase()}"`)}`,
  );
  assert.equal(found.body.totalResults, 1);
  assert.equal(found.body.Resources[0].id, body.id);
  assert.equal(found.body.Resources[0].active, false);
});

test('a source may have inactive users reactivated by a POST', async () => {
  const { body } = await created({ active: false });
  await world.pool.query('update sources set reactivate_on_create = true where tenant_id = $1', [
    world.tenantId,
  ]);
  // The switch is in effect within a second.
  ahead += 1_000;
  const other = await world.scim(
    'POST',
    '/Users',
    userNamed('x', { userName: body.userName, emails: body.emails }),
  );
  assert.equal(other.status, 201);
  assert.equal(other.body.id, body.id);
  assert.equal(other.body.active, true);
  await world.pool.query('update sources set reactivate_on_create = false where tenant_id = $1', [
    world.tenantId,
  ]);
});

test('after a POST whose answer was lost, the second one is 409 and there is one customer', async () => {
  const user = userNamed('Lost Answer');
  await Promise.all([world.scim('POST', '/Users', user), world.scim('POST', '/Users', user)]).then(
    (answers) => assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]),
  );
  await world.settled();
  assert.equal((await world.store.customers('lost.answer@example.com')).length, 1);
});

test('PUT of what GET gave changes nothing: same version, no new activity', async () => {
  const { body } = await created();
  const put = await world.scim('PUT', `/Users/${body.id}`, body);
  assert.equal(put.status, 200);
  assert.deepEqual(put.body, body);
});

test('PUT clears what it leaves out and keeps the id (RFC 7644 §3.5.1)', async () => {
  const { body } = await created({ title: 'Rear Admiral' });
  const put = await world.scim('PUT', `/Users/${body.id}`, {
    schemas: body.schemas,
    userName: body.userName,
    emails: body.emails,
  });
  assert.equal(put.status, 200);
  assert.equal(put.body.title, undefined);
  assert.equal(put.body.id, body.id);
  assert.notEqual(put.body.meta.version, body.meta.version);
});

test('PATCH that changes nothing makes no new version', async () => {
  const { body } = await created();
  const same = await world.scim(
    'PATCH',
    `/Users/${body.id}`,
    patch({ op: 'add', path: 'active', value: true }),
  );
  assert.equal(same.body.meta.version, body.meta.version);
});

test('If-Match guards PUT, PATCH and DELETE, If-None-Match spares a GET (RFC 7644 §3.14)', async () => {
  const { body } = await created();
  const stale = { 'if-match': 'W/"99"' };
  assert.equal((await world.scim('PUT', `/Users/${body.id}`, body, stale)).status, 412);
  assert.equal(
    (await world.scim('PATCH', `/Users/${body.id}`, patch({ op: 'remove', path: 'title' }), stale))
      .status,
    412,
  );
  assert.equal((await world.scim('DELETE', `/Users/${body.id}`, undefined, stale)).status, 412);
  assert.equal(
    (
      await world.scim('GET', `/Users/${body.id}`, undefined, {
        'if-none-match': body.meta.version,
      })
    ).status,
    304,
  );
  const fresh = { 'if-match': body.meta.version };
  assert.equal((await world.scim('DELETE', `/Users/${body.id}`, undefined, fresh)).status, 204);
});

test('of parallel writers with one ETag exactly one wins', async () => {
  const { body } = await created();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      world.scim(
        'PATCH',
        `/Users/${body.id}`,
        patch({ op: 'replace', path: 'title', value: `Title ${index}` }),
        {
          'if-match': body.meta.version,
        },
      ),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '));
  assert.equal(statuses.filter((status) => status === 412).length, 7, statuses.join(' '));
});

test('parallel PATCHes of one user lose nothing', async () => {
  const { body } = await created();
  const values = Array.from({ length: 12 }, (_, index) => `role-${index}`);
  const answers = await Promise.all(
    values.map((value) =>
      world.scim(
        'PATCH',
        `/Users/${body.id}`,
        patch({ op: 'add', path: 'roles', value: [{ value }] }),
      ),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const read = await world.scim('GET', `/Users/${body.id}`);
  assert.deepEqual(
    read.body.roles.map((role: { value: string }) => role.value).sort(),
    [...values].sort(),
  );
});

test('lists page in a stable order with an exact total (RFC 7644 §3.4.2.4)', async () => {
  for (let index = 0; index < 5; index += 1) await created();
  const all = await world.scim('GET', '/Users?count=500');
  const ids: string[] = [];
  for (let startIndex = 1; startIndex <= all.body.totalResults; startIndex += 2) {
    const page = await world.scim('GET', `/Users?startIndex=${startIndex}&count=2`);
    assert.equal(page.body.totalResults, all.body.totalResults);
    ids.push(...page.body.Resources.map((user: { id: string }) => user.id));
  }
  assert.deepEqual(
    ids,
    all.body.Resources.map((user: { id: string }) => user.id),
  );
  const none = await world.scim('GET', '/Users?count=0');
  assert.deepEqual([none.body.itemsPerPage, none.body.Resources], [0, []]);
});

test('attributes and excludedAttributes choose what is returned (RFC 7644 §3.9)', async () => {
  const { body } = await created();
  const only = await world.scim('GET', `/Users/${body.id}?attributes=userName,name.familyName`);
  assert.deepEqual(Object.keys(only.body).sort(), ['id', 'name', 'schemas', 'userName']);
  assert.deepEqual(only.body.name, { familyName: 'Hopper' });
  const without = await world.scim(
    'GET',
    `/Users/${body.id}?excludedAttributes=emails,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`,
  );
  assert.equal(without.body.emails, undefined);
  assert.ok(without.body.userName);
});

test('a password is taken and never given back, nor kept', async () => {
  const { body } = await created({ password: 'correct horse battery staple' });
  assert.equal(body.password, undefined);
  const { rows } = await world.pool.query('select 1 from resources where data::text like $1', [
    '%correct horse%',
  ]);
  assert.equal(rows.length, 0);
});

const badPhone = () => userNamed('Bad Phone', { phoneNumbers: [{ value: '12', type: 'mobile' }] });

test('a phone number that Shopify would not take is kept, left out of the customer and named in the log', async () => {
  const { status, body } = await world.scim('POST', '/Users', badPhone());
  assert.equal(status, 201);
  assert.equal(body.phoneNumbers[0].value, '12');
  const { rows } = await world.pool.query('select message from activity where resource_id = $1', [
    body.id,
  ]);
  assert.match(rows[0].message, /^dropped phoneNumbers: .*\+14155550123/);
  await remove(world, body.id);
});

test('what Shopify would refuse is told at once as invalidValue and nothing is written', async () => {
  await world.pool.query(`update sources set invalid_phone = 'refuse'`);
  const refused = () => world.scim('POST', '/Users', badPhone());
  const phone = await waitFor('the connection to refuse phone numbers', async () => {
    const answer = await refused();
    if (answer.status === 201) await remove(world, answer.body.id);
    return answer.status === 400 && answer;
  });
  assert.equal(phone.body.scimType, 'invalidValue');
  assert.match(phone.body.detail, /^phoneNumbers: .*\+14155550123/);
  const email = await world.scim(
    'POST',
    '/Users',
    userNamed('Bad Email', { emails: [{ value: 'nobody@localhost', primary: true }] }),
  );
  assert.equal(email.body.scimType, 'invalidValue');
  const found = await world.scim(
    'GET',
    `/Users?filter=${encodeURIComponent('name.givenName eq "Bad"')}`,
  );
  assert.equal(found.body.totalResults, 0);
});

test('discovery describes this server and refuses filters (RFC 7644 §4)', async () => {
  const config = await world.scim('GET', '/ServiceProviderConfig');
  assert.equal(config.body.patch.supported, true);
  assert.equal(config.body.etag.supported, true);
  const types = await world.scim('GET', '/ResourceTypes');
  const type = await world.scim('GET', '/ResourceTypes/User');
  assert.equal(types.body.totalResults, types.body.Resources.length);
  assert.equal(type.body.endpoint, '/Users');
  const schema = await world.scim('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
  assert.equal(schema.body.name, 'User');
  assert.equal((await world.scim('GET', '/Schemas?filter=id%20pr')).status, 403);
});

test('a deleted id is 404 for ever', async () => {
  const { body } = await created();
  assert.equal((await world.scim('DELETE', `/Users/${body.id}`)).status, 204);
  for (const method of ['GET', 'DELETE'])
    assert.equal((await world.scim(method, `/Users/${body.id}`)).status, 404);
  assert.equal((await world.scim('PUT', `/Users/${body.id}`, body)).status, 404);
});

test('in the end the store agrees with all that was done', async () => {
  await world.settled();
  await checkAgreement(world);
});

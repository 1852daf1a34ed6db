/** What the endpoints say to methods, media types and headers that they do not have. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { push } from '../support/roll.ts';
import { request, scim, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
let ada: string;
before(async () => {
  world = await testWorld();
  ada = await push(world, userNamed('Ada Lovelace'));
});
after(() => world.close());

const allowed = async (method: string, path: string) => {
  const { status, headers, body } = await world.scim(method, path);
  return { status, allow: headers.get('allow'), detail: body.detail };
};

test('OPTIONS says which methods an endpoint has (RFC 9110 §9.3.7)', async () => {
  for (const [path, methods] of [
    ['/Users', 'GET, HEAD, POST, OPTIONS'],
    [`/Users/${ada}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['/Bulk', 'POST, OPTIONS'],
    ['/.search', 'POST, OPTIONS'],
    ['/Schemas', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const { status, allow } = await allowed('OPTIONS', path);
    assert.deepEqual([status, allow], [204, methods], path);
  }
});

test('a method that an endpoint does not have is 405 with Allow (RFC 9110 §15.5.6)', async () => {
  for (const [method, path] of [
    ['PUT', '/Users'],
    ['DELETE', '/Users'],
    ['PATCH', '/Groups'],
    ['POST', `/Users/${ada}`],
    ['GET', '/Bulk'],
    ['GET', '/.search'],
    ['POST', '/ServiceProviderConfig'],
    ['DELETE', '/Schemas'],
    ['PUT', '/ResourceTypes/User'],
  ] as const) {
    const { status, allow, detail } = await allowed(method, path);
    assert.equal(status, 405, `${method} ${path}`);
    assert.ok(allow && !allow.split(', ').includes(method), allow ?? '');
    assert.match(detail, /has no/);
  }
});

test('HEAD is GET without its body (RFC 9110 §9.3.2)', async () => {
  const { body, headers } = await world.scim('GET', `/Users/${ada}`);
  const head = await world.scim('HEAD', `/Users/${ada}`);
  assert.deepEqual([head.status, head.body], [200, '']);
  assert.equal(head.headers.get('etag'), body.meta.version);
  assert.equal(head.headers.get('content-length'), headers.get('content-length'));
  assert.equal((await world.scim('HEAD', '/Users')).status, 200);
});

test('a client that takes no JSON is answered by 406 (RFC 7644 §3.8)', async () => {
  const asking = (accept: string) => world.scim('GET', `/Users/${ada}`, undefined, { accept });
  for (const accept of ['text/html', 'application/xml', 'application/json;q=0, image/*'])
    assert.equal((await asking(accept)).status, 406, accept);
  for (const accept of [
    'application/scim+json',
    'application/json',
    'text/html, */*;q=0.8',
    'APPLICATION/*',
    'application/scim+json; charset=utf-8',
  ]) {
    const answer = await asking(accept);
    assert.equal(answer.status, 200, accept);
    assert.equal(answer.headers.get('content-type'), 'application/scim+json');
  }
});

test('X-HTTP-Method-Override is refused and nothing is done', async () => {
  const answer = await world.scim('POST', `/Users/${ada}`, undefined, {
    'x-http-method-override': 'DELETE',
  });
  assert.equal(answer.status, 400);
  assert.equal((await world.scim('GET', `/Users/${ada}`)).status, 200);
});

test('how to authenticate can be read without credentials, and nothing else (RFC 7643 §5)', async () => {
  const base = `${world.origin}/scim/v2/${world.sourceId}`;
  const open = await request(`${base}/ServiceProviderConfig`, { method: 'GET' });
  assert.equal(open.status, 200);
  assert.ok(open.body.authenticationSchemes.length > 0);
  const wrong = { authorization: 'Bearer wrong' };
  const refused = await request(`${base}/ServiceProviderConfig`, { method: 'GET', headers: wrong });
  assert.equal(refused.status, 401);
  for (const path of ['/Users', '/Schemas', '/ResourceTypes', '/', '/Bulk', '/Me'])
    assert.equal((await request(base + path, { method: 'GET' })).status, 401, path);
});

test('a base URL with a path prefix is understood with the prefix and without it', async () => {
  await using below = await testWorld({ publicUrl: 'https://idp.example.com/rollcall' });
  const location = `https://idp.example.com/rollcall/scim/v2/${below.sourceId}/Users`;
  const { body, headers } = await below.scim('POST', '/Users', userNamed('Grace Hopper'));
  assert.equal(headers.get('location'), `${location}/${body.id}`);
  const kept = await scim(`${below.origin}/rollcall`, below, {
    method: 'GET',
    path: `/Users/${body.id}`,
  });
  assert.deepEqual([kept.status, kept.body], [200, body]);
});

test('a method that SCIM does not have is 405 with those it has', async () => {
  const allow = await new Promise<readonly [number | undefined, string | undefined]>(
    (resolve, reject) => {
      const { hostname, port } = new URL(world.origin);
      httpRequest({ hostname, port, path: `/scim/v2/${world.sourceId}/Users`, method: 'PROPFIND' })
        .on('response', (response) => {
          response.resume();
          resolve([response.statusCode, response.headers.allow]);
        })
        .on('error', reject)
        .end();
    },
  );
  assert.deepEqual(allow, [405, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
  assert.equal((await world.scim('GET', '/Users')).status, 200);
});

test('a body in another charset than UTF-8 is 415 (RFC 7644 §3.1)', async () => {
  const sent = (contentType: string) =>
    world.scim('POST', '/Users', userNamed(`Charset${contentType.length} Test`), {
      'content-type': contentType,
    });
  assert.equal((await sent('application/scim+json; charset=iso-8859-1')).status, 415);
  assert.equal((await sent('application/scim+json; charset=UTF-8')).status, 201);
  assert.equal((await sent('application/json;charset="utf-8"')).status, 201);
});

test('/Me of a token that stands for no user is 501 by every method (RFC 7644 §3.11)', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'])
    assert.equal((await world.scim(method, '/Me', method === 'GET' ? undefined : {})).status, 501);
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { classify } from '../../src/provisioning/failure.ts';
import { createOutbound } from '../../src/provisioning/outbound.ts';

let requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  if (request.url !== '/away') return response.end('here');
  response.writeHead(307, { location: '/secret' }).end();
});
let port = 0;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = address !== null && typeof address === 'object' ? address.port : 0;
});
after(() => server.close());

/** Why a guarded request was refused; the server must not have heard of it. */
async function refusal(url: string, options: 'refused' | 'allowed' = 'refused'): Promise<string> {
  requests = [];
  const outbound = createOutbound({ privateNetwork: options });
  const error = await outbound.fetch(url).then(
    () => assert.fail(`${url} was answered`),
    (reason: unknown) => reason,
  );
  await outbound.close();
  assert.deepEqual(requests, []);
  const { kind, message } = classify(error);
  return kind === 'misconfigured' ? message : `another error: ${message}`;
}

suite('what the operator does not allow is refused', () => {
  test('plain http', async () => {
    assert.match(await refusal(`http://shop.example.com:${port}/`), /is not https/);
    assert.match(await refusal(`http://127.0.0.1:${port}/`), /is not https/);
  });

  const addresses = {
    loopback: ['127.0.0.1', '127.1', '0x7f000001', '2130706433', '[::1]'],
    private: ['10.0.0.1', '172.16.0.1', '192.168.1.1', '[fd00::1]'],
    'link-local': ['169.254.169.254', '[fe80::1]'],
    'IPv4 in IPv6': ['[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
    shared: ['100.64.0.1'],
    unspecified: ['0.0.0.0', '[::]'],
    multicast: ['224.0.0.1', '[ff02::1]'],
  };
  for (const [kind, hosts] of Object.entries(addresses)) {
    for (const host of hosts) {
      test(`a ${kind} address, ${host}`, async () => {
        assert.match(await refusal(`https://${host}:${port}/`), /is not a public address/);
      });
    }
  }

  test('a name that resolves to loopback', async () => {
    assert.match(await refusal(`https://localhost:${port}/`), /localhost has no public address/);
  });
});

suite('what the operator allows is reached', () => {
  const allowed = createOutbound({ privateNetwork: 'allowed' });
  after(() => allowed.close());

  test('over plain http at a loopback address', async () => {
    const response = await allowed.fetch(`http://127.0.0.1:${port}/`);
    assert.equal(await response.text(), 'here');
  });

  test('but a redirect is not followed, even where the caller would', async () => {
    requests = [];
    await assert.rejects(allowed.fetch(`http://127.0.0.1:${port}/away`, { redirect: 'follow' }));
    assert.deepEqual(requests, ['/away']);
  });

  test('and where a redirect leads can be looked at', async () => {
    requests = [];
    const response = await allowed.fetch(`http://127.0.0.1:${port}/away`, { redirect: 'manual' });
    assert.ok(response.status >= 300 && response.status < 400);
    assert.ok(response.headers.get('location'));
    assert.deepEqual(requests, ['/away']);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWebhookSecret, signed } from '../../src/notices/webhook.ts';

test('a body is signed as receivers’ libraries check it', () => {
  // The vector that the libraries of Standard Webhooks are tested with.
  const { headers } = signed(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '{"test": 2432232314}',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    1_614_265_330_999,
  );
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'user-agent': 'Rollcall',
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a secret is 32 random bytes, and says what it is', () => {
  const [one, two] = [newWebhookSecret(), newWebhookSecret()];
  assert.match(one, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(one, two);
});

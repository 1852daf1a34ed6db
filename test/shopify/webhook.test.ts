import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { suite, test } from 'node:test';
import { readWebhook } from '../../src/shopify/webhook.ts';

const body = Buffer.from('{"id":1}');
const sign = (secret: string, of: Buffer = body) =>
  createHmac('sha256', secret).update(of).digest('base64');

const headers = {
  'x-shopify-topic': 'customers/update',
  'x-shopify-shop-domain': 'Shop.myshopify.com',
  'x-shopify-webhook-id': 'w-1',
  'x-shopify-hmac-sha256': sign('new'),
};

suite('a delivery of a webhook', () => {
  test('signed with one of the secrets is read', () => {
    for (const secrets of [['new'], ['new', 'old'], ['other', 'new']]) {
      assert.deepEqual(readWebhook(headers, body, secrets), {
        topic: 'customers/update',
        shop: 'shop.myshopify.com',
        webhookId: 'w-1',
        eventId: null,
        triggeredAt: null,
        signature: sign('new'),
      });
    }
  });

  test('says when and with what else it happened', () => {
    const more = {
      ...headers,
      'x-shopify-event-id': 'e-1',
      'x-shopify-triggered-at': '2026-11-27T10:00:00.123456789Z',
    };
    const read = readWebhook(more, body, ['new']);
    assert.ok(!('kind' in read));
    assert.deepEqual(
      [read.eventId, read.triggeredAt?.toISOString()],
      ['e-1', '2026-11-27T10:00:00.123Z'],
    );
  });

  const forged: readonly (readonly [string, string])[] = [
    ['signed with another secret', sign('other')],
    ['signed for another body', sign('new', Buffer.from('{"id":2}'))],
    ['signed with nothing of the kind', 'signature'],
    ['cut short', sign('new').slice(0, 20)],
    ['signed in hexadecimal', createHmac('sha256', 'new').update(body).digest('hex')],
  ];
  for (const [how, signature] of forged) {
    test(`${how} is refused`, () => {
      const given = { ...headers, 'x-shopify-hmac-sha256': signature };
      assert.deepEqual(readWebhook(given, body, ['new', 'old']), { kind: 'signature-wrong' });
    });
  }

  test('without a header Shopify sends names it', () => {
    for (const name of Object.keys(headers)) {
      for (const value of [undefined, '', 'x'.repeat(256)]) {
        assert.deepEqual(readWebhook({ ...headers, [name]: value }, body, ['new']), {
          kind: 'headers-missing',
          missing: [name],
        });
      }
    }
  });

  test('is refused where there is no secret', () => {
    assert.deepEqual(readWebhook(headers, body, []), { kind: 'signature-wrong' });
  });
});

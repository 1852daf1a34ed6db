import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { subjectOf, textOf, todoOf, type Worded } from '../../src/notices/words.ts';

const notice: Worded = {
  kind: 'destination.quarantined',
  code: 'credentials',
  message: 'example.myshopify.com refuses the access token.',
  at: new Date('2026-11-27T12:00:00Z'),
  detail: { since: '2026-11-27T11:59:59.5+00:00' },
  tenantName: 'Analytical Engines',
  destinationName: 'Shopify customers',
};

suite('a notice', () => {
  test('says what happened, since when, what to do and where', () => {
    assert.equal(
      textOf(notice, 'https://rollcall.example.com/admin'),
      [
        'Analytical Engines: Shopify customers is stopped.',
        '',
        'example.myshopify.com refuses the access token.',
        '',
        'Since: 2026-11-27T11:59:59.500Z',
        'What to do: Enter a new access token; for a shop, open the app there again.',
        'Nothing is lost: what is not brought there yet waits.',
        'Where: https://rollcall.example.com/admin',
        '',
      ].join('\n'),
    );
  });

  test('of nothing since a moment tells when it was raised', () => {
    assert.match(textOf({ ...notice, detail: null }, ''), /^Since: 2026-11-27T12:00:00\.000Z$/m);
  });

  test('is one line as a subject, whatever its tenant is called', () => {
    const tenantName = 'Evil\r\nBcc: everybody@example.com\u2028\u0000';
    assert.equal(
      subjectOf({ ...notice, tenantName, destinationName: null }),
      'Evil Bcc: everybody@example.com : Rollcall is stopped',
    );
  });

  test('has something to do for every reason', () => {
    const codes = ['policy_unreadable', 'group_missing', 'failing', 'request_refused'];
    for (const code of codes) assert.notEqual(todoOf({ ...notice, code }), '');
    assert.equal(todoOf({ kind: 'guard.tripped', code: null }).slice(0, 11), 'Look at who');
  });
});

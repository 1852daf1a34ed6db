/** Passwords: which are taken, and how they are kept. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TooManyWaiting } from '../../src/at-most.ts';
import { deviceWords } from '../../src/directory/device-words.ts';
import { createHasher } from '../../src/directory/password-hash.ts';
import { passwordFault } from '../../src/directory/password-rules.ts';

const quick = { memory: 64, passes: 1, parallelism: 1 };

const ada = {
  userName: 'ada.lovelace@example.com',
  displayName: 'Ada King, Countess of Lovelace',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'countess@engines.example' }],
};

describe('a password is', () => {
  for (const [password, fault] of [
    ['correct horse battery', null],
    ['Zwölf Boxkämpfer', null],
    ['lovelace loves looms and notes', null],
    ['000000000000 9', /many would guess/],
    ['abcdefghijklmno', /many would guess/],
    ['987654321098', /many would guess/],
    ['Password Password', /many would guess/],
    ['countess@engines.example', /your own name/],
    ['Ada-Lovelace-1', /your own name/],
    ['adaadaadaada', /many would guess/],
    ['eleven char', /at least 12/],
    ['🂡🂢🂣🂤🂥🂦🂧🂨🂩🂪🂫', /at least 12/],
  ] as const)
    test(`${fault === null ? 'taken' : 'refused'}: ${password}`, () => {
      const found = passwordFault(password, ada);
      if (fault === null) assert.equal(found, null);
      else assert.match(found ?? '', fault);
    });
});

describe('a hash', () => {
  test('is checked by the parameters that it was made with', async () => {
    const stored = await createHasher(quick).hash('correct horse battery');
    assert.match(stored, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    const stronger = createHasher({ ...quick, passes: 2 });
    assert.equal(await createHasher(quick).verify('correct horse battery', stored), 'right');
    assert.equal(await stronger.verify('correct horse battery', stored), 'outdated');
    assert.equal(await stronger.verify('correct horse batterz', stored), 'wrong');
    assert.equal(await stronger.verify('', null), 'wrong');
  });

  test('is what the reference implementation makes', async () => {
    // From https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c.
    const known =
      '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    assert.equal(await createHasher(quick).verify('password', known), 'outdated');
  });

  test('of more people than may wait is not computed, and those who wait are served', async () => {
    const hasher = createHasher(quick, { atOnce: 1, mostWaiting: 2 });
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => hasher.hash('correct horse battery')),
    );
    assert.deepEqual(
      all.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    assert.ok(
      all.every((one) => one.status === 'fulfilled' || one.reason instanceof TooManyWaiting),
    );
    assert.match(await hasher.hash('correct horse battery'), /^\$argon2id/);
  });
});

test('a device is named by its browser and its system', () => {
  const names = [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
    'curl/8.17.0',
  ].map(deviceWords);
  assert.deepEqual(names, [
    'Safari on iPhone',
    'Edge on Windows',
    'Chrome on Android',
    'Unknown device',
  ]);
});

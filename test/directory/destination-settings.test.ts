import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../src/directory/destination-settings.ts';
import type { Field } from '../../src/provisioning/connector.ts';

const field = (name: string, more: Partial<Field> = {}): Field => ({
  ...{ name, label: name, help: `Help about ${name}.`, secret: false, required: true },
  ...more,
});

const kind = {
  fields: [
    field('site', { address: true }),
    field('token', { secret: true }),
    field('auth', { required: false }),
    field('pin', { secret: true, required: false }),
  ],
};

const before = { site: 'https://one.example', token: 't0k3n', auth: 'saml2', pin: '1234' };

test('settings are read by the connector’s fields, without what is empty', () => {
  const given = { site: ' https://one.example ', token: 't0k3n', auth: '', pin: null };
  assert.deepEqual(readSettings(kind, given, null), {
    settings: { site: 'https://one.example', token: 't0k3n' },
  });
});

test('all that is wrong with settings is told at once', () => {
  const read = readSettings(kind, { auth: 5, colour: 'red', pin: 'x'.repeat(4_001) }, null);
  assert.deepEqual(read.faults, [
    { setting: 'colour', detail: 'is not known here: there are site, token, auth, pin' },
    { setting: 'site', detail: 'must be given. Help about site.' },
    { setting: 'token', detail: 'must be given. Help about token.' },
    { setting: 'auth', detail: 'must be a text of at most 4000 characters' },
    { setting: 'pin', detail: 'must be a text of at most 4000 characters' },
  ]);
});

test('a number beyond what may be, and what cannot be chosen, is refused at its field', () => {
  const fields = [
    field('pace', { required: false, whole: { from: 1, to: 1_000 } }),
    field('way', {
      required: false,
      choices: ['', 'patch', 'put'].map((value) => ({ value, label: value })),
    }),
  ];
  for (const pace of ['0', '1001', '1.5', '1e3', 'all'])
    assert.deepEqual(readSettings({ fields }, { pace, way: 'merge' }, null).faults, [
      { setting: 'pace', detail: 'must be a whole number from 1 to 1000, or left empty' },
      { setting: 'way', detail: 'must be patch or put, or left empty' },
    ]);
  const settings = { pace: '1000', way: 'put' };
  assert.deepEqual(readSettings({ fields }, settings, null), { settings });
  assert.deepEqual(readSettings({ fields }, { pace: '', way: '' }, null), { settings: {} });
});

test('a secret that is left out stays, one that is emptied goes, and what may be shown is replaced', () => {
  assert.deepEqual(readSettings(kind, { site: 'https://one.example/lms', pin: '' }, before), {
    settings: { site: 'https://one.example/lms', token: 't0k3n' },
  });
});

const elsewhere = [
  'https://two.example',
  'http://one.example',
  'https://one.example:8443',
  'https://one.example@two.example',
  'one.example',
];
for (const site of elsewhere)
  test(`no secret goes on to ${site} that somebody did not give with it`, () => {
    assert.deepEqual(readSettings(kind, { site, pin: '' }, before).faults, [
      { setting: 'token', detail: 'must be given again, as the address changed' },
    ]);
    assert.deepEqual(readSettings(kind, { site, token: 'n3w', pin: '5678' }, before), {
      settings: { site, token: 'n3w', pin: '5678' },
    });
  });

test('an address that is added is another, one that is gone is not', () => {
  const two = {
    fields: [field('token', { secret: true }), field('at', { address: true, required: false })],
  };
  const [bare, at] = [{ token: 't0k3n' }, { at: 'https://one.example' }];
  assert.equal(readSettings(two, at, bare).faults?.length, 1);
  assert.deepEqual(readSettings(two, {}, { ...bare, ...at }), { settings: bare });
});

test('addresses that are no web addresses are compared as they are written', () => {
  assert.equal(
    readSettings(kind, { site: 'a:two' }, { ...before, site: 'a:one' }).faults?.length,
    2,
  );
});

test('a shop stays the same shop', () => {
  const shop = { fields: [field('shop')], sells: true } as const;
  const before = { shop: 'one.myshopify.com' };
  assert.equal(readSettings(shop, before, before).faults, undefined);
  assert.deepEqual(readSettings(shop, { shop: 'two.myshopify.com' }, before).faults, [
    { setting: 'shop', detail: 'stays: another shop is a tenant of its own' },
  ]);
});

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
    field('site'),
    field('token', { secret: true }),
    field('auth', { required: false }),
    field('pin', { secret: true, required: false }),
  ],
};

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

test('a secret that is left out stays, one that is emptied goes, and what may be shown is replaced', () => {
  const before = { site: 'https://one.example', token: 't0k3n', auth: 'saml2', pin: '1234' };
  assert.deepEqual(readSettings(kind, { site: 'https://two.example', pin: '' }, before), {
    settings: { site: 'https://two.example', token: 't0k3n' },
  });
});

test('a shop stays the same shop', () => {
  const shop = { fields: [field('shop')], sells: true } as const;
  const before = { shop: 'one.myshopify.com' };
  assert.equal(readSettings(shop, before, before).faults, undefined);
  assert.deepEqual(readSettings(shop, { shop: 'two.myshopify.com' }, before).faults, [
    { setting: 'shop', detail: 'stays: another shop is a tenant of its own' },
  ]);
});

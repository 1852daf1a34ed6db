import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transform } from '../../src/provisioning/connector.ts';
import { transforms } from '../../src/provisioning/transforms.ts';

const samples: Readonly<Record<Transform, readonly (readonly [string, string | null])[]>> = {
  lower: [['Ada@Example.COM', 'ada@example.com']],
  upper: [['de', 'DE']],
  country: [
    ['DE', 'DE'],
    ['de', 'DE'],
    ['Germany', 'DE'],
    ['UK', 'GB'],
    ['DD', 'DE'],
    ['united states', 'US'],
    ['Deutschland', null],
    ['QQ', null],
    ['DEU', null],
  ],
  region: [
    ['wa', 'WA'],
    ['BY', 'BY'],
    ['Bavaria', null],
  ],
  language: [
    ['en', 'en'],
    ['en-US', 'en'],
    ['en_GB', 'en'],
    ['de-DE', 'de'],
    ['pt-BR', 'pt-BR'],
    ['pt-PT', 'pt-PT'],
    ['zh-Hant', 'zh-TW'],
    ['zh-CN', 'zh-CN'],
    ['not a language', null],
  ],
  firstLine: [
    ['1 St James Square\r\nSecond floor', '1 St James Square'],
    ['\n  \n 12 Main Street', '12 Main Street'],
    ['\n', null],
  ],
  otherLines: [
    ['1 St James Square\nSecond floor\nBack', 'Second floor, Back'],
    ['12 Main Street', null],
  ],
};

for (const [name, pairs] of Object.entries(samples)) {
  for (const [from, to] of pairs) {
    test(`${name} makes ${JSON.stringify(from)} ${JSON.stringify(to)}`, () => {
      assert.equal(transforms[name as Transform](from), to);
    });
  }
}

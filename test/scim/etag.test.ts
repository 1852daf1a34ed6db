/** Versions and conditional requests (RFC 7644 §3.14), and the `meta` that carries them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etagOf, ifMatch, ifNoneMatch } from '../../src/scim/etag.ts';
import { represent } from '../../src/scim/meta.ts';
import { userType } from '../../src/scim/resource-types.ts';

test('a version is a weak entity-tag', () => {
  assert.equal(etagOf(7), 'W/"7"');
  assert.equal(etagOf(7n), 'W/"7"');
});

const HEADERS: readonly (readonly [string | undefined, boolean])[] = [
  ['W/"7"', true],
  ['"7"', true],
  [' * ', true],
  ['W/"6", W/"7"', true],
  ['"a,b","7"', true],
  ['W/"6"', false],
  ['W/"77"', false],
  ['"6,7"', false],
  ['7', false],
  ['', false],
];

for (const [header, listed] of HEADERS) {
  test(`version 7 is ${listed ? '' : 'not '}in the list ${header}`, () => {
    assert.equal(ifMatch(header, etagOf(7)), listed);
    assert.equal(ifNoneMatch(header, etagOf(7)), !listed);
  });
}

test('without the headers everything goes ahead', () => {
  assert.equal(ifMatch(undefined, etagOf(7)), true);
  assert.equal(ifNoneMatch(undefined, etagOf(7)), true);
});

test('RFC 7643 §3.1: a resource is sent with its id and meta', () => {
  const stored = { schemas: [userType.schema.id], userName: 'ada' };
  const issued = {
    id: '2819c223',
    created: new Date('2026-01-31T12:00:00Z'),
    lastModified: new Date('2026-02-01T12:00:00Z'),
    version: 7,
  };
  const baseUrl = 'https://example.com/scim/v2/s1';
  assert.deepEqual(represent(userType, stored, { issued, baseUrl }), {
    ...stored,
    id: '2819c223',
    meta: {
      resourceType: 'User',
      created: '2026-01-31T12:00:00.000Z',
      lastModified: '2026-02-01T12:00:00.000Z',
      location: 'https://example.com/scim/v2/s1/Users/2819c223',
      version: 'W/"7"',
    },
  });
});

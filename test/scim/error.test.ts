/** Error bodies (RFC 7644 §3.12). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from '../../src/scim/error.ts';

test('RFC 7644 §3.12: the status is a string, and the scimType is left out where there is none', () => {
  assert.deepEqual(errors.notFound('Resource 2819c223 not found').toBody(), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    detail: 'Resource 2819c223 not found',
    status: '404',
  });
  assert.deepEqual(errors.mutability("Attribute 'id' is readOnly").toBody(), {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    scimType: 'mutability',
    detail: "Attribute 'id' is readOnly",
    status: '400',
  });
});

test('RFC 7644 §3.12, Table 9: each scimType has its status', () => {
  const { uniqueness, sensitive, tooMany, invalidVers } = errors;
  const made = [uniqueness('x'), sensitive('x'), tooMany('x'), invalidVers('x')];
  assert.deepEqual(
    made.map(({ status, scimType }) => [status, scimType]),
    [
      [409, 'uniqueness'],
      [403, 'sensitive'],
      [400, 'tooMany'],
      [400, 'invalidVers'],
    ],
  );
});

test('a detail that quotes the request can be stored', () => {
  assert.equal(
    errors.invalidPath("'a\0\ud800' is not a path").detail,
    "'a\uFFFD\uFFFD' is not a path",
  );
});

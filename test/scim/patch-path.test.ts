/** The path of a PATCH operation (RFC 7644 §3.5.2, Figure 7). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PatchPath, parsePatchPath, printPatchPath } from '../../src/scim/patch-path.ts';
import { filters } from './arbitraries.ts';
import { refuses } from './refusal.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

const PATHS: readonly (readonly [string, Omit<PatchPath, 'filter'>])[] = [
  ['members', { attribute: 'members' }],
  ['name.familyName', { attribute: 'name', subAttribute: 'familyName' }],
  ['members.$ref', { attribute: 'members', subAttribute: '$ref' }],
  [`${CORE}:userName`, { urn: CORE, attribute: 'userName' }],
  [`${CORE}:name.familyName`, { urn: CORE, attribute: 'name', subAttribute: 'familyName' }],
];

for (const [text, path] of PATHS) {
  test(`RFC 7644 Figure 8: ${text}`, () => {
    assert.deepEqual(parsePatchPath(text), path);
    assert.equal(printPatchPath(path), text);
  });
}

test('a ] inside of a string does not end the filter', () => {
  const path = parsePatchPath('emails[value eq "a]b\\"].type"].display');
  assert.equal(path.subAttribute, 'display');
  assert.equal(printPatchPath(path), 'emails[value eq "a]b\\"].type"].display');
});

test('what is printed is read as the same path', () => {
  fc.assert(
    fc.property(filters, fc.boolean(), (filter, tail) => {
      fc.pre(!JSON.stringify(filter).includes('valuePath'));
      const path = { attribute: 'emails', filter, ...(tail ? { subAttribute: 'value' } : {}) };
      assert.deepEqual(parsePatchPath(printPatchPath(path)), path);
    }),
  );
});

const NO_PATHS = [
  'a.b.c',
  '.name',
  'name.',
  'emails[type eq "work"]value',
  'emails[type eq "work"].value.more',
  'emails.value[type eq "work"]',
  '[type eq "work"]',
  'user name',
  '1st',
];

for (const text of NO_PATHS) {
  test(`refused as invalidPath: ${text}`, () => {
    refuses(() => parsePatchPath(text), 'invalidPath', /is not a path; write it like/);
  });
}

test('a malformed filter in a path is refused as invalidFilter, with its position', () => {
  refuses(() => parsePatchPath('emails[type is "work"]'), 'invalidFilter', /'is' at character 13/);
});

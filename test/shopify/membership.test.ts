import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  complaintAbout,
  completed,
  readMembership,
  writeMembership,
} from '../../src/shopify/membership.ts';

test('a membership is a tag, a contact of a company, or a role there', () => {
  assert.deepEqual(readMembership('staff'), { kind: 'tag', tag: 'staff' });
  assert.deepEqual(readMembership('company:12'), { kind: 'contact', company: '12' });
  assert.deepEqual(readMembership('Company:12/Location:34/Role:56'), {
    kind: 'role',
    company: '12',
    location: '34',
    role: '56',
  });
  for (const text of ['staff', 'company:12', 'company:12/location:34/role:56'])
    assert.equal(writeMembership(readMembership(text)), text);
});

test('a role brings its contact along; each has one spelling and is there once', () => {
  assert.deepEqual(completed(['staff', 'Company:12/location:34/role:56', 'company:12']), [
    'staff',
    'company:12',
    'company:12/location:34/role:56',
  ]);
});

const complaints: readonly (readonly [text: string, complaint: RegExp | null])[] = [
  ['staff', null],
  ['course: analysis', null],
  ['companyname', null],
  ['company:12', null],
  ['company:12/location:34/role:56', null],
  ['x'.repeat(255), null],
  ['x'.repeat(256), /at most 255 characters/],
  ['a,b', /comma/],
  ['', /empty/],
  [' staff', /space/],
  ['SCIM:Inactive', /inactive/],
  ['company:acme', /company:<number>/],
  ['company:0', /company:<number>/],
  ['Company:12/role:56', /company:<number>/],
  ['company:12/location:34', /company:<number>/],
  ['company:12/location:34/role:x', /company:<number>/],
];

test('what cannot be a membership is told with its mend', () => {
  for (const [text, complaint] of complaints) {
    if (complaint === null) assert.equal(complaintAbout(text), null, text);
    else assert.match(complaintAbout(text) ?? '', complaint, text);
  }
});

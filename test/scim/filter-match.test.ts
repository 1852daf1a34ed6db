/** What a filter means (RFC 7644 §3.4.2.2), evaluated in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../src/scim/filter.ts';
import { matches } from '../../src/scim/filter-match.ts';
import { checkFilter } from '../../src/scim/resolved-filter.ts';
import { userType } from '../../src/scim/resource-types.ts';
import { refuses } from './refusal.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const ada = {
  schemas: [userType.schema.id, ENTERPRISE],
  id: '2819c223-7f76-453a-919d-413861904646',
  externalId: 'Ext-1',
  userName: 'Ada@Example.com',
  name: { familyName: 'Lovelace' },
  title: '100%_sure',
  active: false,
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'ada@home.example.org', type: 'home' },
  ],
  roles: [{ value: 'analyst' }],
  [ENTERPRISE]: { department: 'Analysis', manager: { value: 'm1' } },
  meta: { resourceType: 'User', lastModified: '2026-01-31T12:00:00.123Z' },
};

const TRUE = [
  'userName eq "ada@example.COM"',
  'USERNAME EQ "ada@example.com"',
  'urn:ietf:params:scim:schemas:core:2.0:user:username eq "ada@example.com"',
  'externalId eq "Ext-1"',
  'title co "0%_s"',
  'userName sw "ADA@"',
  'userName ew ".COM"',
  'userName gt "ada" and userName lt "adb"',
  'name.familyName eq "lovelace"',
  'name pr and emails pr and meta pr',
  // A multi-valued attribute matches by any of its values, and a bare one by its `value`.
  'emails co "home.example.org"',
  'emails eq "ada@example.com" and emails eq "ada@home.example.org"',
  'emails.type eq "work" and emails.value ew ".org"',
  'emails.type ne "work"',
  'emails[type eq "work" and value ew ".com"]',
  'emails[not (type eq "work")]',
  'emails[type eq "home" or primary eq true]',
  'emails[primary ne true]',
  'not (emails[type eq "work" and value ew ".org"])',
  // Absence: `ne` and `not` hold for a resource without the attribute (RFC 7643 §2.5 for null).
  'nickName ne "x"',
  'not (nickName eq "x")',
  'nickName eq null and title ne null',
  'not (nickName pr)',
  'active eq false and active ne true',
  'active eq "False"',
  'roles[primary ne "True"]',
  `${ENTERPRISE}:department eq "analysis"`,
  `${ENTERPRISE.toUpperCase()}:MANAGER.value eq "M1"`,
  `${ENTERPRISE}:manager eq "m1"`,
  `schemas eq "${ENTERPRISE.toLowerCase()}"`,
  'meta.lastModified eq "2026-01-31T13:00:00.1239999+01:00"',
  'meta.lastModified gt "2026-01-31T12:00:00Z"',
  'meta.lastModified le "2026-01-31T12:00:00.123Z"',
  'meta.resourceType eq "User"',
  'unknown ne "x"',
];

const FALSE = [
  'externalId eq "ext-1"',
  'id eq "2819C223-7F76-453A-919D-413861904646"',
  'title co "1__%"',
  'emails.type pr and emails.display pr',
  'emails[type eq "work" and value ew ".org"]',
  'addresses[type eq "work"]',
  'nickName pr',
  'nickName eq "x"',
  'nickName lt "x"',
  'unknown eq "x"',
  'unknown pr',
  'urn:example:other:2.0:userName pr',
  'userName.value pr',
  'meta.resourceType eq "user"',
  'schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"',
];

for (const [filters, expected] of [
  [TRUE, true],
  [FALSE, false],
] as const) {
  for (const filter of filters) {
    test(`${filter} is ${expected}`, () => {
      assert.equal(matches(parseFilter(filter), ada, userType), expected);
    });
  }
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['active gt true', /active is of the type boolean, which has no operator gt/],
  ['active co "tr"', /no operator co/],
  ['active eq "yes"', /cannot be compared with "yes"; use true or false/],
  ['x509Certificates.value lt "AQID"', /type binary, which has no operator lt/],
  ['meta.created sw "2026"', /type dateTime, which has no operator sw/],
  ['meta.created gt "yesterday"', /use a time like/],
  ['meta.created gt "2026-02-29T00:00:00Z"', /use a time like/],
  ['userName eq 5', /userName is of the type string.*double quotes/],
  ['userName gt null', /compared with null by gt/],
  ['name eq "Ada"', /name is complex; name a sub-attribute, for example name.formatted/],
];

for (const [filter, detail] of REFUSED) {
  test(`refused as invalidFilter: ${filter}`, () => {
    refuses(() => matches(parseFilter(filter), ada, userType), 'invalidFilter', detail);
  });
}

test('strings are ordered by code point, as in UTF-8', () => {
  const user = { ...ada, title: '\u{1F600}' };
  assert.ok(matches(parseFilter('title gt "\uFF21"'), user, userType));
});

test('a strict reader refuses attributes that the schemas do not define', () => {
  checkFilter(parseFilter('emails[type eq "work"] and name.familyName pr'), userType);
  for (const filter of ['shoeSize eq 1', 'emails[size eq 1]', 'not (name.shoe pr)']) {
    refuses(() => checkFilter(parseFilter(filter), userType), 'invalidFilter', /has no attribute/);
  }
});

/** Filters where RFC 7644 §3.4.2.2 is easily misread: which of three users each finds. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testWorld, type World } from '../support/world.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const people = [
  {
    schemas: [core, enterprise],
    userName: 'ada',
    externalId: 'EXT-Ada',
    title: '100% "Countess" \\ é',
    name: { familyName: 'Lovelace' },
    emails: [
      { value: 'ada@example.com', type: 'work', primary: true },
      { value: 'ada@example.org', type: 'home' },
    ],
    active: true,
    [enterprise]: { department: 'Engineering', manager: { value: 'boss' } },
  },
  {
    schemas: [core],
    userName: 'grace',
    title: '100 percent',
    name: { givenName: '', familyName: 'Hopper' },
    emails: [{ value: 'grace@example.org', type: 'work' }],
    active: false,
  },
  { schemas: [core], userName: 'emmy', emails: [], name: {} },
];

let world: World;
before(async () => {
  world = await testWorld();
  await world.pool.query("update destinations set state = 'paused'");
  for (const person of people) {
    const { status, body } = await world.scim('POST', '/Users', person);
    assert.equal(status, 201, JSON.stringify(body));
  }
});
after(() => world.close());

const found: readonly (readonly [says: string, filter: string, who: readonly string[]])[] = [
  [
    'and binds tighter than or',
    'userName eq "emmy" or active eq true and title pr',
    ['ada', 'emmy'],
  ],
  ['brackets group', '(userName eq "emmy" or active eq true) and title pr', ['ada']],
  ['not is of its brackets', 'not (active eq true) and title pr', ['grace']],
  ['not may stand before not', 'not (not (userName eq "ada"))', ['ada']],
  [
    'the terms of a value path hold for one element',
    'emails[type eq "home" and value ew "example.com"]',
    [],
  ],
  [
    'terms outside of one may hold for different elements',
    'emails.type eq "home" and emails.value ew "example.com"',
    ['ada'],
  ],
  ['a bare multi-valued attribute means its value', 'emails eq "ADA@example.org"', ['ada']],
  ['not of a multi-valued attribute: no element', 'not (emails.type eq "home")', ['emmy', 'grace']],
  ['not inside a value path is of one element', 'emails[not (type eq "work")]', ['ada']],
  ['an extension by its URN', `${enterprise}:department eq "engineering"`, ['ada']],
  ['a sub-attribute there', `${enterprise.toUpperCase()}:MANAGER.value eq "boss"`, ['ada']],
  ['schemas', `schemas eq "${enterprise}"`, ['ada']],
  ['escaped quotation marks', 'title co "\\"countess\\""', ['ada']],
  ['an escaped backslash', 'title co "\\\\ "', ['ada']],
  ['an escaped letter', 'title ew "\\u00E9"', ['ada']],
  ['% is a character', 'title sw "100%"', ['ada']],
  ['_ is a character', 'userName eq "a_a"', []],
  ['operators and names in any case', 'USERNAME EQ "ada" AND NOT (ACTIVE EQ FALSE)', ['ada']],
  ['sw and co heed no case where the attribute does not', 'userName sw "AD"', ['ada']],
  ['and heed it where it does', 'externalId co "ada"', []],
  ['a case-exact value', 'externalId sw "EXT-A"', ['ada']],
  ['pr of empty complex values', 'name pr', ['ada', 'grace']],
  ['pr of an empty text', 'name.givenName pr', []],
  ['pr of an empty list', 'emails pr', ['ada', 'grace']],
  ['ne matches who has no such attribute', 'title ne "100 percent"', ['ada', 'emmy']],
  ['eq null is absence', 'title eq null', ['emmy']],
  [
    'a date with an offset and seven digits',
    'meta.created lt "2999-01-01T00:00:00.1234567+14:00"',
    ['ada', 'emmy', 'grace'],
  ],
  ['a date in the past', 'meta.lastModified lt "2011-05-13T04:42:34Z"', []],
  ['booleans', 'active eq false', ['grace']],
  ['a boolean as text', 'active eq "False"', ['grace']],
  ['an attribute that no schema has', 'shoeSize eq "38"', []],
];

for (const [says, filter, who] of found) {
  test(`${says}: ${filter.slice(0, 80)} (RFC 7644 §3.4.2.2)`, async () => {
    const query = `filter=${encodeURIComponent(filter)}&attributes=userName`;
    const { status, body } = await world.scim('GET', `/Users?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    const names = body.Resources.map(({ userName }: { userName: string }) => userName);
    assert.deepEqual(names.sort(), [...who]);
    assert.equal(body.totalResults, who.length);
  });
}

test('spaces may be sent as + (as Entra ID sends them)', async () => {
  const { body } = await world.scim('GET', '/Users?filter=userName+eq+%22ada%22');
  assert.equal(body.totalResults, 1);
});

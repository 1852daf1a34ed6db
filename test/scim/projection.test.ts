/** `attributes` and `excludedAttributes` (RFC 7644 §3.4.2.5, §3.9; RFC 7643 §7 `returned`). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksFor, parseProjection, project } from '../../src/scim/projection.ts';
import {
  destinationsPath,
  provisioningSchema,
  withDestinations,
} from '../../src/scim/provisioning-extension.ts';
import { groupType, resourceType, userType } from '../../src/scim/resource-types.ts';
import { attributeSet, complex, simple } from '../../src/scim/schema.ts';
import { refuses } from './refusal.ts';

const USER = userType.schema.id;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ada = {
  schemas: [USER, ENTERPRISE],
  id: '2819c223',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work' }, { value: 'a@example.org' }],
  [ENTERPRISE]: { department: 'Analysis', manager: { value: 'm1', $ref: '../Users/m1' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
};
const minimum = { schemas: ada.schemas, id: ada.id };

interface Query {
  readonly attributes?: unknown;
  readonly excludedAttributes?: unknown;
}

const CASES: readonly (readonly [string, Query, object])[] = [
  ['by default everything is returned', {}, ada],
  ['empty parameters are none', { attributes: '', excludedAttributes: ' , ' }, ada],
  [
    'what is asked for, and the minimum',
    { attributes: 'userName' },
    { ...minimum, userName: 'ada' },
  ],
  [
    'names in any case, with white space and the base URN',
    { attributes: ` USERNAME , ${USER}:Name.GIVENNAME` },
    { ...minimum, userName: 'ada', name: { givenName: 'Ada' } },
  ],
  [
    'a sub-attribute of each value; what has none of it is left out',
    { attributes: 'emails.type' },
    { ...minimum, emails: [{ type: 'work' }] },
  ],
  ['a sub-attribute that no value has', { attributes: 'emails.display' }, minimum],
  [
    'a whole attribute covers its sub-attributes',
    { attributes: 'name.givenName,name' },
    { ...minimum, name: ada.name },
  ],
  [
    'an extension',
    { attributes: ENTERPRISE.toLowerCase() },
    { ...minimum, [ENTERPRISE]: ada[ENTERPRISE] },
  ],
  [
    'an attribute of an extension, and a sub-attribute of one',
    { attributes: [`${ENTERPRISE}:department`, `${ENTERPRISE}:manager.value`] },
    { ...minimum, [ENTERPRISE]: { department: 'Analysis', manager: { value: 'm1' } } },
  ],
  [
    'meta only if asked',
    { attributes: 'meta.version' },
    { ...minimum, meta: { version: 'W/"1"' } },
  ],
  ['what no schema defines has no value', { attributes: 'shoeSize,name.nick,a b' }, minimum],
  [
    'what is excluded',
    { excludedAttributes: `emails,name.givenName,meta,${ENTERPRISE}:manager.$ref` },
    {
      ...minimum,
      userName: 'ada',
      name: { familyName: 'Lovelace' },
      [ENTERPRISE]: { department: 'Analysis', manager: { value: 'm1' } },
    },
  ],
  [
    'an excluded extension; the minimum cannot be excluded',
    { excludedAttributes: `id,schemas,meta,name,emails,${ENTERPRISE}` },
    { ...minimum, userName: 'ada' },
  ],
];

for (const [what, query, expected] of CASES) {
  test(what, () => {
    assert.deepEqual(project(ada, userType, parseProjection(userType, query)), expected);
  });
}

test('both parameters exclude each other (RFC 7644 §3.9)', () => {
  const query = { attributes: 'userName', excludedAttributes: 'name' };
  refuses(() => parseProjection(userType, query), 'invalidValue', /exclude each other; send one/);
  refuses(
    () => parseProjection(userType, { attributes: 5 }),
    'invalidValue',
    /separated by commas/,
  );
});

test('`returned` never is not returned when asked for, request only then, always in any case', () => {
  const attributes = attributeSet([
    simple('secret', 'Never.', { returned: 'never' }),
    simple('rare', 'On request.', { returned: 'request' }),
    simple('key', 'Always.', { returned: 'always' }),
    complex('box', 'With a rare part.', [
      simple('value', 'A value.'),
      simple('rare', 'On request.', { returned: 'request' }),
    ]),
  ]);
  const schema = { id: 'urn:example:vault', name: 'Vault', description: 'Vault', attributes };
  const type = resourceType({ ...userType, schema, extensions: [] });
  const stored = { id: '1', secret: 's', rare: 'r', key: 'k', box: { value: 'v', rare: 'r' } };
  const asked = (query: Query) => project(stored, type, parseProjection(type, query));
  assert.deepEqual(asked({}), { id: '1', key: 'k', box: { value: 'v' } });
  assert.deepEqual(asked({ attributes: 'secret,rare,box.rare' }), {
    id: '1',
    key: 'k',
    rare: 'r',
    box: { rare: 'r' },
  });
  assert.deepEqual(asked({ attributes: 'box' }), { id: '1', key: 'k', box: { value: 'v' } });
  assert.deepEqual(asked({ excludedAttributes: 'key,box.value' }), { id: '1', key: 'k' });
});

const PROVISIONING = provisioningSchema.id;

const SHARES: readonly (readonly [Query, string, string, string])[] = [
  // Of groups, members and destinations: how much is asked for.
  [{}, 'everything', 'everything', 'nothing'],
  [{ attributes: 'userName,displayName' }, 'nothing', 'nothing', 'nothing'],
  [{ attributes: 'groups,members' }, 'everything', 'everything', 'nothing'],
  [{ attributes: 'Groups.display,MEMBERS.value' }, 'part', 'part', 'nothing'],
  [{ excludedAttributes: 'groups,members' }, 'nothing', 'nothing', 'nothing'],
  [{ excludedAttributes: 'groups.type,members.$ref' }, 'part', 'part', 'nothing'],
  [{ attributes: PROVISIONING }, 'nothing', 'nothing', 'everything'],
  [{ attributes: `${PROVISIONING}:destinations` }, 'nothing', 'nothing', 'everything'],
  [{ attributes: `${PROVISIONING}:destinations.status` }, 'nothing', 'nothing', 'part'],
  [
    { excludedAttributes: `${PROVISIONING}:destinations.status` },
    'everything',
    'everything',
    'nothing',
  ],
];

for (const [query, groups, members, destinations] of SHARES) {
  test(`what is kept apart is read only where it is asked for: ${JSON.stringify(query)}`, () => {
    const [user, group] = [parseProjection(userType, query), parseProjection(groupType, query)];
    assert.equal(asksFor(userType, user, ['groups']), groups);
    assert.equal(asksFor(groupType, group, ['members']), members);
    assert.equal(asksFor(userType, user, destinationsPath), destinations);
  });
}

test('what became of a user at each destination is there when it is asked for', () => {
  const done = { value: 'd1', display: 'Shop', status: 'done', remoteId: 'gid://1' };
  const whole = withDestinations(ada, [done]);
  const asked = (attributes: string) =>
    project(whole, userType, parseProjection(userType, { attributes }));
  const schemas = [USER, ENTERPRISE, PROVISIONING];
  assert.deepEqual(asked(`userName,${PROVISIONING}`), {
    schemas,
    id: ada.id,
    userName: 'ada',
    [PROVISIONING]: { destinations: [done] },
  });
  assert.deepEqual(asked(`${PROVISIONING}:destinations.status`), {
    schemas,
    id: ada.id,
    [PROVISIONING]: { destinations: [{ status: 'done' }] },
  });
  assert.deepEqual(withDestinations(ada, []), ada);
});

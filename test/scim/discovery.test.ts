/** Discovery (RFC 7644 §4): exactly what RFC 7643 §5-§7 define, and true of this server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceTypes, schemas, serviceProviderConfig } from '../../src/scim/discovery.ts';
import { CURSOR_SECONDS, DEFAULT_COUNT, MAX_COUNT } from '../../src/scim/list-response.ts';
import { provisioningSchema } from '../../src/scim/provisioning-extension.ts';
import { groupType, userType } from '../../src/scim/resource-types.ts';
import type { Attribute } from '../../src/scim/schema.ts';

const BASE = 'https://example.com/scim/v2/s1';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

test('RFC 7643 §5: the service provider configuration has its members and no others', () => {
  const config = serviceProviderConfig(BASE);
  assert.deepEqual(Object.keys(config).sort(), [
    'authenticationSchemes',
    'bulk',
    'changePassword',
    'etag',
    'filter',
    'meta',
    'pagination',
    'patch',
    'schemas',
    'sort',
  ]);
  assert.deepEqual(config.filter, { supported: true, maxResults: MAX_COUNT });
  assert.deepEqual(config.meta, {
    resourceType: 'ServiceProviderConfig',
    location: `${BASE}/ServiceProviderConfig`,
  });
});

test('RFC 9865 §4: both methods of paging are announced, with their limits', () => {
  assert.deepEqual(serviceProviderConfig(BASE).pagination, {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: DEFAULT_COUNT,
    maxPageSize: MAX_COUNT,
    cursorTimeout: CURSOR_SECONDS,
  });
});

test('who follows the interoperability profile says so', () => {
  const config = serviceProviderConfig(BASE, { strictInterop: true });
  assert.equal(config.interopProfileConformant, true);
});

test('RFC 7643 §6: the resource types', () => {
  assert.deepEqual(resourceTypes([userType, groupType], BASE), [
    {
      schemas: [`${CORE}:ResourceType`],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'User Account',
      schema: `${CORE}:User`,
      schemaExtensions: [
        { schema: ENTERPRISE, required: false },
        { schema: provisioningSchema.id, required: false },
      ],
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
    },
    {
      schemas: [`${CORE}:ResourceType`],
      id: 'Group',
      name: 'Group',
      endpoint: '/Groups',
      description: 'Group',
      schema: `${CORE}:Group`,
      schemaExtensions: [],
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/Group` },
    },
  ]);
});

test('RFC 7643 §7: every schema of every resource type, with its attributes', () => {
  const listed = schemas([userType, groupType], BASE);
  assert.deepEqual(
    listed.map(({ id }) => id),
    [`${CORE}:User`, ENTERPRISE, provisioningSchema.id, `${CORE}:Group`],
  );
  for (const schema of listed) {
    assert.deepEqual(schema.schemas, [`${CORE}:Schema`]);
    assert.deepEqual(schema.meta, {
      resourceType: 'Schema',
      location: `${BASE}/Schemas/${schema.id}`,
    });
  }
});

test('RFC 7643 §7: an attribute is published with its characteristics, and none of ours', () => {
  const [user] = schemas([userType, groupType], BASE);
  const [userName] = Array.isArray(user?.attributes) ? user.attributes : [];
  assert.deepEqual(userName, {
    name: 'userName',
    type: 'string',
    multiValued: false,
    description: 'Unique identifier for the User, typically used to sign in.',
    required: true,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'server',
  });
});

/** RFC 7643 §4.1: name, multi-valued, sub-attributes. */
const USER_ATTRIBUTES: Readonly<Record<string, string>> = {
  userName: '',
  name: 'formatted familyName givenName middleName honorificPrefix honorificSuffix',
  displayName: '',
  nickName: '',
  profileUrl: '',
  title: '',
  userType: '',
  preferredLanguage: '',
  locale: '',
  timezone: '',
  active: '',
  password: '',
  emails: '* value display type primary',
  phoneNumbers: '* value display type primary',
  ims: '* value display type primary',
  photos: '* value display type primary',
  addresses: '* formatted streetAddress locality region postalCode country display type primary',
  groups: '* value $ref display type',
  entitlements: '* value display type primary',
  roles: '* value display type primary',
  x509Certificates: '* value display type primary',
};

function shapeOf({ multiValued, subAttributes }: Attribute): string {
  const names = subAttributes.list.map(({ name }) => name);
  return [...(multiValued ? ['*'] : []), ...names].join(' ');
}

test('RFC 7643 §4.1: a User has all its attributes', () => {
  const { list } = userType.schema.attributes;
  assert.deepEqual(
    Object.fromEntries(list.map((attribute) => [attribute.name, shapeOf(attribute)])),
    USER_ATTRIBUTES,
  );
});

test('RFC 7643 §2.3: references and binary values are case exact, types have canonical values', () => {
  const all = userType.schema.attributes.list.flatMap((attribute) => [
    attribute,
    ...attribute.subAttributes.list,
  ]);
  for (const { type, caseExact, name } of all) {
    assert.equal(caseExact, type === 'reference' || type === 'binary', name);
  }
  const emails = userType.schema.attributes.byName.get('emails');
  const type = emails?.subAttributes.byName.get('type');
  assert.deepEqual(type?.canonicalValues, ['work', 'home', 'other']);
});

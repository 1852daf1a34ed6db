/** The examples of RFC 7643 §8: read as they stand, and our schemas beside its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../src/model.ts';
import { schemas } from '../../src/scim/discovery.ts';
import { isArray, isObject } from '../../src/scim/json.ts';
import { represent } from '../../src/scim/meta.ts';
import { parseProjection, project } from '../../src/scim/projection.ts';
import { readResource, replaceResource } from '../../src/scim/resource.ts';
import { groupType, type ResourceType, userType } from '../../src/scim/resource-types.ts';

function example(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`rfc7643/${name}.json`, import.meta.url), 'utf8'));
}

const EXAMPLES: readonly (readonly [string, ResourceType])[] = [
  ['8.1-minimal-user', userType],
  ['8.2-full-user', userType],
  ['8.3-enterprise-user', userType],
  ['8.4-group', groupType],
];

/** What clients cannot write is the server's. */
function written({ id, meta, groups, password, ...rest }: JsonObject): JsonObject {
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const extension = rest[enterprise];
  if (!isObject(extension) || !isObject(extension.manager)) return rest;
  const { displayName, ...manager } = extension.manager;
  return { ...rest, [enterprise]: { ...extension, manager } };
}

for (const [name, type] of EXAMPLES) {
  test(`RFC 7643 §${name.replaceAll('-', ' ')} is read as it stands, and its PUT changes nothing`, () => {
    const body = example(name);
    const { resource, ignored } = readResource(type, body);
    assert.deepEqual(ignored, []);
    assert.deepEqual(resource, written(body));
    const at = new Date('2010-01-23T04:56:22Z');
    const issued = { id: String(body.id), created: at, lastModified: at, version: 1 };
    const whole = represent(type, resource, { issued, baseUrl: 'https://example.com/v2' });
    const sent = project(whole, type, parseProjection(type, {}));
    assert.deepEqual(sent, { ...written(body), id: body.id, meta: sent.meta });
    assert.deepEqual(replaceResource(type, resource, sent), {
      resource,
      ignored: [],
      changed: false,
    });
  });
}

/** The characteristics of each attribute by its path; what is left out of one is left out. */
function characteristics(schema: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const visit = (attributes: Json | undefined, prefix: string) => {
    for (const attribute of isArray(attributes) ? attributes : []) {
      if (!isObject(attribute)) continue;
      const { name, subAttributes, description, ...rest } = attribute;
      found.set(`${prefix}${name}`, rest);
      visit(subAttributes, `${prefix}${name}.`);
    }
  };
  visit(schema.attributes, '');
  return found;
}

const CASE_EXACT = 'references are case exact (§2.3.7), base64 is (§2.3.6)';

/** Everything in which our schemas are not those of §8.7.1, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'User profileUrl caseExact': CASE_EXACT,
  'User ims.type canonicalValues': 'the text of §4.1.2 has "other" too',
  'User photos.value caseExact': CASE_EXACT,
  'User addresses.display': 'one of the default sub-attributes of §2.4',
  'User addresses.primary': 'in the text of §2.4 and in the example of §8.2',
  'User groups.$ref caseExact': CASE_EXACT,
  'User entitlements.type canonicalValues': 'empty, like those of roles and x509Certificates',
  'User x509Certificates.value caseExact': CASE_EXACT,
  'Group displayName required': 'REQUIRED by the text of §4.2',
  'Group displayName uniqueness': 'two groups of one name could not be told apart: 409',
  'Group members.$ref caseExact': CASE_EXACT,
  'Group members.display':
    'one of the default sub-attributes of §2.4, in every example of RFC 7644',
  'EnterpriseUser manager.$ref caseExact': CASE_EXACT,
};

/** What is left out has its default (§2.2). */
const DEFAULTS: JsonObject = { caseExact: false, uniqueness: 'none' };

function differences(ours: JsonObject, theirs: JsonObject): readonly string[] {
  const [own, other] = [characteristics(ours), characteristics(theirs)];
  return [...new Set([...own.keys(), ...other.keys()])].flatMap((path) => {
    const [left, right] = [own.get(path), other.get(path)];
    if (left === undefined || right === undefined) return [`${ours.name} ${path}`];
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return names
      .filter((name) => !isDeepStrictEqual(left[name], right[name] ?? DEFAULTS[name]))
      .map((name) => `${ours.name} ${path} ${name}`);
  });
}

test('RFC 7643 §8.7.1: our schemas are its schemas, but for what its text says otherwise', () => {
  const published = schemas([userType, groupType], '');
  const found = Object.values(example('8.7.1-schemas')).flatMap((theirs) => {
    const ours = isObject(theirs) ? published.find(({ id }) => id === theirs.id) : undefined;
    assert.ok(ours !== undefined && isObject(theirs));
    return differences(ours, theirs);
  });
  assert.deepEqual(found, Object.keys(DIFFERENCES));
});

/** What is asked of a list, by GET and by POST (RFC 7644 §3.4.2, §3.4.3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../src/scim/filter.ts';
import { checkListNames, readListQuery, readSearch } from '../../src/scim/list-query.ts';
import { groupType, userType } from '../../src/scim/resource-types.ts';
import { printSort, readSort, sortTarget } from '../../src/scim/sort.ts';
import { refuses } from './refusal.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

test('a query and the body of a search say the same', () => {
  const asked = { filter: 'userName pr', sortBy: 'title', sortOrder: 'descending', count: 5 };
  const read = readListQuery({ ...asked, unknown: 'x' });
  assert.deepEqual(read, readSearch({ ...asked, schemas: [SEARCH], attributes: null }));
  assert.deepEqual(read.filter, parseFilter('userName pr'));
  assert.deepEqual(readListQuery(undefined), readSearch({ SCHEMAS: [SEARCH.toUpperCase()] }));
});

test('a search without its schema, or that is no object, is invalidSyntax (§3.4.3)', () => {
  for (const body of [null, [], 'x', {}, { schemas: SEARCH }, { schemas: [7] }]) {
    refuses(() => readSearch(body), 'invalidSyntax', /object with the schema/);
  }
});

test('a filter must be given once, as a string', () => {
  for (const filter of [['a pr', 'b pr'], 7, {}]) {
    refuses(() => readListQuery({ filter }), 'invalidValue', /given once/);
  }
});

const TARGETS: readonly (readonly [string, string | undefined])[] = [
  ['userName', 'userName'],
  [' USERNAME ', 'userName'],
  [`${userType.schema.id}:userName`, 'userName'],
  ['name.familyName', 'name.familyName'],
  ['emails', 'emails.value'],
  ['emails.type', 'emails.type'],
  [`${ENTERPRISE.toUpperCase()}:manager`, `${ENTERPRISE}:manager.value`],
  [`${ENTERPRISE}:manager.displayName`, `${ENTERPRISE}:manager.displayName`],
  ['meta.lastModified', 'meta.lastModified'],
  ['shoeSize', undefined],
  ['userName.value', undefined],
];

for (const [sortBy, name] of TARGETS) {
  test(`sortBy=${sortBy} sorts by ${name}`, () => {
    const sort = readSort({ sortBy });
    assert.ok(sort !== null && !sort.descending);
    assert.equal(sortTarget(sort, userType)?.name, name);
  });
}

test('sortOrder is ascending unless it says descending (§3.4.2.3)', () => {
  assert.equal(readSort({ sortOrder: 'descending' }), null);
  assert.equal(readSort({ sortBy: 'title', sortOrder: '' })?.descending, false);
  assert.equal(readSort({ sortBy: 'title', sortOrder: 'Descending' })?.descending, true);
  for (const sortOrder of ['desc', 'up', 1, ['ascending', 'descending']]) {
    refuses(() => readSort({ sortBy: 'title', sortOrder }), 'invalidValue', /sortOrder must be/);
  }
});

test('what cannot be sorted by is invalidValue, with an example of what can', () => {
  for (const sortBy of ['a b', 'emails[type eq "work"].value', '1a', 'a.b.c', ['a', 'b'], 7]) {
    refuses(() => readSort({ sortBy }), 'invalidValue', /sortBy must be the name of one attribute/);
  }
  const name = readSort({ sortBy: 'name' });
  assert.ok(name !== null);
  refuses(() => sortTarget(name, userType), 'invalidValue', /for example name\.formatted/);
});

test('orders that are the same print the same', () => {
  const [one, other] = [readSort({ sortBy: 'Title' }), readSort({ sortBy: 'title' })];
  assert.equal(one && printSort(one), other && printSort(other));
});

const strict = (type: typeof userType) => ({ ...type, strictInterop: true });

test('only a strict source refuses names, and only those that none of its types has', () => {
  const types = [strict(userType), strict(groupType)];
  const shoes = readListQuery({ filter: 'userName pr or shoeSize gt 40' });
  checkListNames(shoes, [userType]);
  refuses(
    () => checkListNames(shoes, types),
    'invalidFilter',
    /User or Group has no attribute shoeS/,
  );
  const both = readListQuery({ filter: 'userName pr and members pr', sortBy: 'members' });
  checkListNames(both, types);
  refuses(
    () => checkListNames(both, [strict(userType)]),
    'invalidFilter',
    /A User has no .* members/,
  );
  const sorted = readListQuery({ sortBy: 'shoeSize' });
  refuses(() => checkListNames(sorted, types), 'invalidValue', /sortBy names shoeSize/);
});

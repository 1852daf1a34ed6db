/** Filters and orders as SQL: what the database lists is what they mean in memory. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject, ResourceKind } from '../../src/model.ts';
import { instant } from '../../src/scim/date-time.ts';
import { type Filter, parseFilter, printFilter } from '../../src/scim/filter.ts';
import { matches } from '../../src/scim/filter-match.ts';
import { isArray, isObject } from '../../src/scim/json.ts';
import { fold } from '../../src/scim/resolved-filter.ts';
import type { Attribute } from '../../src/scim/schema.ts';
import { printSort, type Sort, sortTarget } from '../../src/scim/sort.ts';
import type { Step } from '../../src/scim/value-target.ts';
import { filterSql } from '../../src/store/filter-sql.ts';
import type { ListQuery, PageRequest } from '../../src/store/list-statement.ts';
import { listPage } from '../../src/store/resource-list.ts';
import { filters, groupFilters, sorts } from '../scim/arbitraries.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { baseUrl, createRoll, owner, type Roll, type Seen, types } from './sample-roll.ts';

let database: TestDatabase;
let roll: Roll;
before(async () => {
  database = await testDatabase();
  roll = await createRoll(database.pool);
});
after(() => database.close());

interface Asked {
  readonly kinds: readonly ResourceKind[];
  readonly filter?: Filter | null;
  readonly sort?: Sort | null;
}

function queryOf({ kinds, filter = null, sort = null }: Asked): ListQuery {
  const listed = kinds.map((kind) => ({ type: types[kind], memberships: false }));
  return { owner, baseUrl, types: listed, filter, sort };
}

async function listed(asked: Asked): Promise<readonly string[]> {
  const page = await listPage(database.pool, queryOf(asked), { limit: 500, from: 0 });
  return page.resources.map(({ stored }) => stored.id);
}

/** The ids of a list, read in pages that each go on after the last. */
async function walked(asked: Asked, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let from: PageRequest['from'] = 0; ; ) {
    const page = await listPage(database.pool, queryOf(asked), { limit, from });
    ids.push(...page.resources.map(({ stored }) => stored.id));
    const last = page.resources.at(-1);
    if (last === undefined || !page.more) return ids;
    from = last.place;
  }
}

/** The same in memory. */
function expected({ kinds, filter = null, sort = null }: Asked): readonly string[] {
  const found = kinds.flatMap((kind) =>
    roll[kind]
      .filter((resource) => filter === null || matches(filter, resource, types[kind]))
      .map(({ id, ...resource }) => ({ id, key: sort && keyOf({ ...resource, id }, kind, sort) })),
  );
  const sorted = found.toSorted((a, b) => order(a.key, b.key) || order(a.id, b.id));
  return (sort?.descending ? sorted.toReversed() : sorted).map(({ id }) => id);
}

type Key = string | number | boolean | null;

function keyOf(resource: Seen, kind: ResourceKind, sort: Sort): Key {
  const target = sortTarget(sort, types[kind]);
  return target === undefined ? null : compared(target.attribute, chosen(resource, target.steps));
}

function chosen(base: Json | undefined, [step, ...rest]: readonly Step[]): Json | undefined {
  if (step === undefined) return base;
  if (!isObject(base)) return undefined;
  const value: Json | undefined = base[step.key];
  if (!step.many) return chosen(value, rest);
  if (!isArray(value)) return undefined;
  const primary = value.find((element) => isObject(element) && element.primary === true);
  return chosen(primary ?? value[0], rest);
}

function compared(attribute: Attribute, value: Json | undefined): Key {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : null;
    case 'dateTime':
      return typeof value === 'string' ? (instant(value) ?? null) : null;
    default:
      return typeof value === 'string' ? fold(attribute, value) : null;
  }
}

/** Those without a key come last. */
function order(left: Key, right: Key): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left !== 'string') return Number(left) - Number(right);
  return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
}

async function listsTheSame(asked: Asked): Promise<void> {
  const { filter, sort } = asked;
  const text = `${filter ? printFilter(filter) : ''} ${sort ? printSort(sort) : ''}`;
  assert.deepEqual(await listed(asked), expected(asked), text);
}

test('SQL lists exactly the users that match in memory', async () => {
  const kinds = ['User'] as const;
  await fc.assert(
    fc.asyncProperty(filters, (filter) => listsTheSame({ kinds, filter })),
    { numRuns: 400 },
  );
});

test('SQL lists exactly the groups that match in memory, members as rows', async () => {
  const kinds = ['Group'] as const;
  await fc.assert(
    fc.asyncProperty(groupFilters, (filter) => listsTheSame({ kinds, filter })),
    { numRuns: 300 },
  );
});

test('over both types an attribute that one of them lacks has no value there (RFC 7644 §3.4.2.1)', async () => {
  const kinds = ['User', 'Group'] as const;
  await fc.assert(
    fc.asyncProperty(fc.oneof(filters, groupFilters), (filter) => listsTheSame({ kinds, filter })),
    { numRuns: 100 },
  );
});

test('SQL sorts as in memory, by any attribute, and page by page (RFC 7644 §3.4.2.3)', async () => {
  const kinds = fc.constantFrom(['User'] as const, ['Group'] as const, ['User', 'Group'] as const);
  await fc.assert(
    fc.asyncProperty(kinds, sorts, fc.integer({ min: 5, max: 40 }), async (of, sort, limit) => {
      const asked: Asked = { kinds: of, sort };
      await listsTheSame(asked);
      assert.deepEqual(await walked(asked, limit), expected(asked), printSort(sort));
    }),
    { numRuns: 100 },
  );
});

test('a list has the groups of users and the members of groups where they are asked for', async () => {
  const both = [types.User, types.Group].map((type) => ({ type, memberships: true }));
  const query = { owner, baseUrl, types: both, filter: null, sort: null };
  const page = await listPage(database.pool, query, { limit: 500, from: 0 });
  const found = new Map<string, unknown>(
    page.resources.map(({ stored, members }) => [stored.id, stored.groups ?? members ?? []]),
  );
  for (const { id, groups, members } of [...roll.User, ...roll.Group] as readonly JsonObject[]) {
    assert.deepEqual(found.get(String(id)), groups ?? members ?? [], String(id));
  }
});

test('every user is found by its id, userName and emails', async () => {
  const found = (text: string) => listed({ kinds: ['User'], filter: parseFilter(text) });
  for (const { id, userName, emails } of roll.User) {
    assert.deepEqual(await found(`id eq "${id}"`), [id]);
    assert.deepEqual(await found(`userName eq ${JSON.stringify(userName)}`), [id]);
    for (const email of isArray(emails) ? emails : []) {
      if (!isObject(email) || email.value === undefined) continue;
      const ids = await found(`emails[value eq ${JSON.stringify(email.value)}]`);
      assert.ok(ids.includes(id), String(email.value));
    }
  }
});

test('values are parameters: none is in the text', () => {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value) + 6}`;
  const scope = { type: types.User, tenant: '$1', source: '$2', baseUrl, parameter };
  const filter = parseFilter('userName eq "bobby" or nickName co "bobby" and active eq true');
  const text = filterSql(filter, scope);
  assert.match(text, /\$7\b.*\$8\b/);
  assert.doesNotMatch(text, /bobby|\$9/);
  assert.deepEqual(values, ['bobby', 'bobby']);
});

/** What identity providers ask for is answered from an index, at 100,000 users. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import type { ResourceKind } from '../../src/model.ts';
import { parseFilter } from '../../src/scim/filter.ts';
import { groupType, userType } from '../../src/scim/resource-types.ts';
import { readSort } from '../../src/scim/sort.ts';
import {
  countStatement,
  type ListQuery,
  pageStatement,
  type Statement,
} from '../../src/store/list-statement.ts';
import type { ListPlace } from '../../src/store/sort-sql.ts';
import { type TestDatabase, testDatabase, vacuumed } from '../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
  await createRoll(database.pool);
});
after(() => database.close());

const idOf = (kind: 'a' | 'b', number: string) =>
  `('${kind}0000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))`;

/** 100,000 users, 2,000 groups of 50, and another source that must cost nothing. */
async function createRoll(pool: pg.Pool): Promise<void> {
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await pool.query(
    "insert into sources (tenant_id, id, kind, name) values ('t', 'many', 'scim', 'Many')",
  );
  await pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, external_id, display_name,
       emails, data, created_at, last_modified)
     select 't', 'many', ${idOf('a', 'n')}::uuid, 'User', 'user' || n, 'external' || n, 'display' || n,
       array['user' || n || '@example.com'],
       jsonb_build_object('schemas', jsonb_build_array('${userType.schema.id}'), 'userName', 'User' || n,
         'emails', jsonb_build_array(jsonb_build_object('type', 'work', 'value', 'User' || n || '@example.com'))),
       timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute'
     from generate_series(1, 100000) n`,
  );
  await pool.query(
    `insert into resources (tenant_id, source_id, id, type, display_name, data, created_at, last_modified)
     select 't', 'many', ${idOf('b', 'n')}::uuid, 'Group', 'group' || n, '{}', now(), now()
     from generate_series(1, 2000) n`,
  );
  // Every group has 49 users and another group, in rings of ten.
  await pool.query(
    `insert into members (tenant_id, source_id, group_id, key, value, member_id)
     select 't', 'many', ${idOf('b', 'g')}::uuid, id, id, id::uuid
     from generate_series(1, 2000) g, generate_series(1, 50) m,
       lateral (select case when m = 50 then ${idOf('b', '(g - 1) / 10 * 10 + g % 10 + 1')}
                            else ${idOf('a', 'g * 49 + m')} end as id) one`,
  );
  await vacuumed(pool, 'resources', 'members');
}

interface Asked {
  readonly kind?: ResourceKind;
  readonly filter?: string;
  readonly sortBy?: string;
  readonly after?: ListPlace;
}

function queryOf({ kind = 'User', filter, sortBy }: Asked): ListQuery {
  const type = kind === 'User' ? userType : groupType;
  return {
    owner: { tenantId: 't', sourceId: 'many' },
    baseUrl: 'https://example.com/scim/v2/many',
    types: [{ type, memberships: true }],
    filter: filter === undefined ? null : parseFilter(filter),
    sort: readSort({ sortBy }),
  };
}

const user = 'a0000000-0000-4000-8000-000000000777';
const group = 'b0000000-0000-4000-8000-000000000777';
const deep = 'a0000000-0000-4000-8000-000000090000';

/** What is asked, and the index that must find it. */
const PAGES: readonly (readonly [Asked, index: string])[] = [
  [{ filter: 'userName eq "User7"' }, 'resources_user_name'],
  [{ filter: 'userName sw "user999"' }, 'resources_user_name'],
  [{ filter: 'externalId eq "external7"' }, 'resources_external_id'],
  [{ filter: 'displayName eq "Display7"' }, 'resources_display_name'],
  [{ filter: 'emails.value eq "user7@example.com"' }, 'resources_emails'],
  [{ filter: 'emails eq "user7@example.com"' }, 'resources_emails'],
  [{ filter: 'emails[type eq "work" and value eq "user7@example.com"]' }, 'resources_emails'],
  [{ filter: 'emails[type eq "work"].value eq "user7@example.com"' }, 'resources_emails'],
  [{ filter: `id eq "${user}"` }, 'resources_pkey'],
  [
    { filter: 'meta.lastModified gt "2026-03-11T10:00:00Z"', sortBy: 'meta.lastModified' },
    'resources_last_modified',
  ],
  [{ filter: `groups.value eq "${group}"` }, 'resources_pkey'],
  [{ filter: `groups[value eq "${group}" and type eq "direct"]` }, 'resources_pkey'],
  [{ kind: 'Group', filter: 'displayName eq "Group7"' }, 'resources_group_name'],
  [{ kind: 'Group', filter: `members eq "${user}"` }, 'members_groups'],
  [{ kind: 'Group', filter: `members.value eq "${user}"` }, 'members_groups'],
  [{ kind: 'Group', filter: `members[value eq "${user}"]` }, 'members_groups'],
  [{ kind: 'Group', filter: `id eq "${group}" and members eq "${user}"` }, 'resources_groups'],
  [{}, 'resources_pkey'],
  [{ kind: 'Group' }, 'resources_groups'],
  [{ after: { key: null, id: deep } }, 'resources_pkey'],
  [{ sortBy: 'userName' }, 'resources_user_name'],
  [{ sortBy: 'userName', after: { key: 'user90000', id: deep } }, 'resources_user_name'],
];

type Explained = { readonly 'QUERY PLAN': string };

async function planOf({ text, values }: Statement, how = ''): Promise<string> {
  const explained = { text: `explain ${how} ${text}`, values: [...values] };
  const { rows } = await database.pool.query<Explained>(explained);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The plan that a named statement comes to have when it was sent a few times. */
async function planForAny({ text }: Statement): Promise<string> {
  const { rows } = await database.pool.query<Explained>(`explain (generic_plan) ${text}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Look-ups and whole lists have names: see `store/resource-list.ts`. */
function isPrepared({ filter }: Asked): boolean {
  return filter === undefined || !/ (sw|gt) /.test(filter);
}

function usesIndex(plan: string, index: string): void {
  assert.match(plan, new RegExp(`\\b${index}\\b`), plan);
  assert.doesNotMatch(plan, /Seq Scan/, plan);
}

for (const [asked, index] of PAGES) {
  test(`${index} finds ${JSON.stringify(asked)}`, async () => {
    const page = pageStatement(queryOf(asked), { limit: 101, from: asked.after ?? 0 });
    usesIndex(await planOf(page), index);
    if (isPrepared(asked)) usesIndex(await planForAny(page), index);
  });
}

test('also a full page of users with their groups reads nothing from end to end', async () => {
  for (const asked of [{}, { sortBy: 'userName' }, { filter: `groups.value eq "${group}"` }]) {
    const page = pageStatement(queryOf(asked), { limit: 501, from: 0 });
    assert.doesNotMatch(await planOf(page), /Seq Scan/);
    assert.doesNotMatch(await planForAny(page), /Seq Scan/);
  }
});

test('a page deep in the list reads its own rows and no others', async () => {
  const page = pageStatement(queryOf({}), { limit: 11, from: { key: null, id: deep } });
  const plan = await planOf(page, '(analyze, timing off)');
  assert.match(plan, /resources_pkey on resources .*actual rows=11\.00/, plan);
  assert.doesNotMatch(plan, /Rows Removed/, plan);
});

test('all users are counted in an index alone', async () => {
  const plan = await planOf(countStatement(queryOf({})));
  assert.match(plan, /Index Only Scan using resources_user_name/, plan);
});

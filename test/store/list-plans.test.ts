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
  type PageRequest,
  pageStatement,
  type Statement,
} from '../../src/store/list-statement.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

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
  // Every group has 49 users; the fiftieth member is another group.
  await pool.query(
    `insert into members (tenant_id, source_id, group_id, key, value, member_id)
     select 't', 'many', ${idOf('b', 'n % 2000 + 1')}::uuid, id, id, id::uuid
     from generate_series(1, 100000) n,
       lateral (select case when n > 98000 then ${idOf('b', 'n - 98000')} else ${idOf('a', 'n')} end as id) one`,
  );
  await pool.query('vacuum analyze resources');
  await pool.query('vacuum analyze members');
}

interface Asked {
  readonly kind?: ResourceKind;
  readonly filter?: string;
  readonly sortBy?: string;
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

test('x', async () => {
  const user = 'a0000000-0000-4000-8000-000000000777';
  const group = 'b0000000-0000-4000-8000-000000000777';
  const plans: [Asked, Partial<PageRequest>][] = [
    [{ filter: 'userName eq "User7"' }, {}],
    [{ filter: 'externalId eq "external7"' }, {}],
    [{ filter: 'displayName eq "display7"' }, {}],
    [{ kind: 'Group', filter: 'displayName eq "group7"' }, {}],
    [{ filter: 'emails.value eq "user7@example.com"' }, {}],
    [{ filter: 'emails[type eq "work" and value eq "user7@example.com"]' }, {}],
    [{ filter: `id eq "${user}"` }, {}],
    [{ filter: 'meta.lastModified gt "2026-03-10T00:00:00Z"' }, {}],
    [{ kind: 'Group', filter: `members.value eq "${user}"` }, {}],
    [{ kind: 'Group', filter: `members[value eq "${user}"]` }, {}],
    [{ kind: 'Group', filter: `id eq "${group}" and members eq "${user}"` }, {}],
    [{ filter: `groups.value eq "${group}"` }, {}],
    [{ filter: `groups[value eq "${group}" and type eq "direct"]` }, {}],
    [{}, {}],
    [{ kind: 'Group' }, {}],
    [{}, { from: { key: null, id: 'a0000000-0000-4000-8000-000000090000' } }],
    [{ sortBy: 'userName' }, {}],
    [{ sortBy: 'userName' }, { from: { key: 'user9', id: 'a0000000-0000-4000-8000-000000090000' } }],
    [{filter: 'userName sw "user999"'}, {}],
    [{ sortBy: 'displayName' }, {}],
    [{ sortBy: 'name.familyName' }, {}],
  ];
  for (const [asked, page] of plans) {
    const statement = pageStatement(queryOf(asked), { limit: 101, from: 0, ...page });
    const t = Date.now();
    const { rows } = await database.pool.query(`explain (analyze, costs off, timing off, summary on) ${statement.text}`, [...statement.values]);
    const text = rows.map((r: any) => r['QUERY PLAN']).join('\n');
    console.log(JSON.stringify(asked), JSON.stringify(page), Date.now() - t, 'ms', /Seq Scan/.test(text) ? 'SEQ' : '', /Execution Time.*/.exec(text)?.[0], /Planning Time.*/.exec(text)?.[0]);
    console.log([...text.matchAll(/.*(Scan|Sort).*/g)].map((m) => m[0]).join('\n'));
  }
  for (const asked of [{}, { kind: 'Group' as const }, {filter: 'userName sw "user9"'}]) {
    const statement = countStatement(queryOf(asked));
    const { rows } = await database.pool.query(`explain analyze ${statement.text}`, [...statement.values]);
    console.log(rows.map((r: any) => r['QUERY PLAN']).join('\n'));
  }
});

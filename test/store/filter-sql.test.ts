/** Filters as SQL, on a real PostgreSQL. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type pg from 'pg';
import type { JsonObject } from '../../src/model.ts';
import { parseFilter, printFilter } from '../../src/scim/filter.ts';
import { matches } from '../../src/scim/filter-match.ts';
import { isArray, isObject } from '../../src/scim/json.ts';
import { metaOf } from '../../src/scim/meta.ts';
import { readResource } from '../../src/scim/resource.ts';
import { filterSql } from '../../src/store/filter-sql.ts';
import { employeeType, employmentSchema, filters, userBodies } from '../scim/arbitraries.ts';
import { testDatabase } from '../support/database.ts';

const TIMES = ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.001Z', '2024-03-01T00:00:00.000Z'];

/** A user as `matches` sees it, with its `id` and `meta`. */
type Row = JsonObject & { readonly id: string };

async function createSources(pool: pg.Pool): Promise<void> {
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await pool.query(
    `insert into sources (tenant_id, id, kind, name)
     values ('t', 'few', 'scim', 'Few'), ('t', 'many', 'scim', 'Many')`,
  );
}

/** Generated users in the source `few`, and some with values that `readResource` would refuse. */
async function createFew(pool: pg.Pool): Promise<readonly Row[]> {
  const generated = fc.sample(userBodies, 120).map((body, index) => {
    const { resource } = readResource(employeeType, body);
    // Words are few and userNames unique: the number makes them so.
    return { ...resource, userName: `${resource.userName}${index}` };
  });
  const unreadable = ['2011-02-30T00:00:00Z', 'soon', 17].map((hiredAt, index) => ({
    userName: `unreadable${index}`,
    [employmentSchema.id]: { hiredAt, level: 'high', remote: 'perhaps' },
  }));
  const users: readonly JsonObject[] = [...generated, ...unreadable];
  return Promise.all(users.map((data, index) => insert(pool, data, index)));
}

function lower(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null;
}

function emailsOf({ emails }: JsonObject): readonly string[] {
  const values = isArray(emails) ? emails.map((email) => isObject(email) && email.value) : [];
  return values.flatMap((value) => lower(value) ?? []);
}

async function insert(pool: pg.Pool, data: JsonObject, index: number): Promise<Row> {
  const id = randomUUID();
  const created = new Date(TIMES[index % 3] ?? '');
  const lastModified = new Date(TIMES[index % 2] ?? '');
  const version = 1 + (index % 2);
  await pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, external_id, display_name,
       emails, active, data, version, created_at, last_modified)
     values ('t', 'few', $1, 'User', $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      lower(data.userName),
      data.externalId ?? null,
      lower(data.displayName),
      emailsOf(data),
      data.active ?? true,
      data,
      version,
      created,
      lastModified,
    ],
  );
  const issued = { id, created, lastModified, version };
  return { ...data, id, meta: metaOf(employeeType, issued, 'https://example.com/scim/v2') };
}

/** So many users in the source `many` that reading them all costs more than an index. */
async function createMany(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, external_id, display_name,
       emails, data, created_at, last_modified)
     select 't', 'many', gen_random_uuid(), 'User', 'user' || n, 'external' || n, 'display' || n,
       array['user' || n || '@example.com'], '{}', now(), timestamptz '2026-01-01' + n * interval '1 hour'
     from generate_series(1, 5000) n`,
  );
  await pool.query('analyze resources');
}

function where(filter: string, source: string) {
  const { text, values } = filterSql(parseFilter(filter), employeeType, 2);
  const scope = "tenant_id = 't' and source_id = $1 and type = 'User'";
  return {
    text: `select id from resources where ${scope} and ${text}`,
    values: [source, ...values],
  };
}

async function selected(pool: pg.Pool, filter: string): Promise<readonly string[]> {
  const result = await pool.query<{ id: string }>(where(filter, 'few'));
  return result.rows.map(({ id }) => id);
}

const INDEXED: readonly (readonly [string, string])[] = [
  ['userName eq "User7"', 'resources_user_name'],
  ['externalId eq "external7"', 'resources_external_id'],
  ['displayName eq "display7"', 'resources_display_name'],
  ['emails.value eq "user7@example.com"', 'resources_emails'],
  ['emails eq "user7@example.com"', 'resources_emails'],
  ['emails[type eq "work" and value eq "user7@example.com"]', 'resources_emails'],
  ['emails[type eq "work"].value eq "user7@example.com"', 'resources_emails'],
  ['meta.lastModified gt "2026-07-28T00:00:00Z"', 'resources_last_modified'],
  ['id eq "2819c223-7f76-453a-919d-413861904646"', 'resources_(list|pkey)'],
];

test('filters in the database', async (context) => {
  await using database = await testDatabase();
  const { pool } = database;
  await createSources(pool);
  const rows = await createFew(pool);

  await context.test('SQL selects exactly the users that match in memory', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const text = printFilter(filter);
        const found = new Set(await selected(pool, text));
        const wrong = rows.filter(
          (row) => matches(filter, row, employeeType) !== found.has(row.id),
        );
        assert.deepEqual(wrong, [], `${text} differs`);
      }),
      { numRuns: 400 },
    );
  });

  await context.test('every user is found by its id, userName and emails', async () => {
    for (const row of rows) {
      assert.deepEqual(await selected(pool, `id eq "${row.id}"`), [row.id]);
      const userName = JSON.stringify(lower(row.userName));
      assert.deepEqual(await selected(pool, `userName eq ${userName}`), [row.id]);
      for (const email of emailsOf(row)) {
        const found = await selected(pool, `emails[value eq ${JSON.stringify(email)}]`);
        assert.ok(found.includes(row.id), email);
      }
    }
  });

  await context.test('what identity providers ask for is answered from an index', async () => {
    await createMany(pool);
    for (const [filter, index] of INDEXED) {
      const { text, values } = where(filter, 'many');
      const plan = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      assert.match(lines, new RegExp(`\\b${index}\\b`), `${filter}\n${lines}`);
    }
  });
});

test('parameters are numbered from the given one and no value is in the text', () => {
  const filter = parseFilter('userName eq "bobby" or nickName co "bobby" and active eq true');
  const { text, values } = filterSql(filter, employeeType, 7);
  assert.match(text, /\$7\b.*\$8\b/);
  assert.doesNotMatch(text, /bobby|\$9/);
  assert.deepEqual(values, ['bobby', 'bobby']);
});

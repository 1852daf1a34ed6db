/** Filters as SQL, on a real PostgreSQL. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
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

let db: Awaited<ReturnType<typeof testDatabase>>;
const rows: Row[] = [];

before(async () => {
  db = await testDatabase();
  await db.pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await db.pool.query(
    "insert into sources (tenant_id, id, kind, name) values ('t', 's', 'scim', 'S')",
  );
  const bodies = fc.sample(userBodies, 120);
  for (const [index, body] of bodies.entries()) {
    const { resource } = readResource(employeeType, body);
    // Words are few and userNames unique: the number makes them so.
    await insert({ ...resource, userName: `${resource.userName}${index}` }, index);
  }
  await insert({ ...unreadable('2011-02-30T00:00:00Z'), userName: 'february' }, 1000);
  await insert({ ...unreadable('soon'), userName: 'soon' }, 1001);
  await insert({ ...unreadable(17), userName: 'seventeen' }, 1002);
});

after(() => db[Symbol.asyncDispose]());

/** What `readResource` refuses, and a filter must survive all the same. */
function unreadable(hiredAt: string | number): JsonObject {
  return { schemas: [], [employmentSchema.id]: { hiredAt, level: 'high', remote: 'perhaps' } };
}

function lower(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null;
}

function emailsOf({ emails }: JsonObject): readonly string[] {
  const values = isArray(emails) ? emails.map((email) => isObject(email) && email.value) : [];
  return values.flatMap((value) => lower(value) ?? []);
}

async function insert(data: JsonObject, index: number): Promise<void> {
  const id = randomUUID();
  const created = new Date(TIMES[index % 3] ?? '');
  const lastModified = new Date(TIMES[index % 2] ?? '');
  const version = 1 + (index % 2);
  await db.pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, external_id, display_name,
       emails, active, data, version, created_at, last_modified)
     values ('t', 's', $1, 'User', $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
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
  rows.push({ ...data, id, meta: metaOf(employeeType, issued, 'https://example.com/scim/v2') });
}

const SCOPE = "tenant_id = $1 and source_id = 's' and type = 'User'";

async function selected(filter: string): Promise<readonly string[]> {
  const { text, values } = filterSql(parseFilter(filter), employeeType, 2);
  const result = await db.pool.query<{ id: string }>(
    `select id from resources where ${SCOPE} and ${text}`,
    ['t', ...values],
  );
  return result.rows.map(({ id }) => id).sort();
}

test('SQL selects exactly the users that match in memory', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const expected = rows.filter((row) => matches(filter, row, employeeType));
      const found = await selected(printFilter(filter));
      const wrong = rows.filter(
        (row) => expected.includes(row) !== found.includes(row.id),
      );
      assert.deepEqual(wrong, [], `${printFilter(filter)} differs`);
    }),
    { numRuns: 400 },
  );
});

test('every user is found by its id, userName, externalId and each email', async () => {
  for (const row of rows) {
    assert.deepEqual(await selected(`id eq "${row.id}"`), [row.id]);
    const asked = [
      `userName eq ${JSON.stringify(String(row.userName).toUpperCase().toLowerCase())}`,
      ...(row.externalId === undefined ? [] : [`externalId eq ${JSON.stringify(row.externalId)}`]),
      ...emailsOf(row).map((email) => `emails[value eq ${JSON.stringify(email)}]`),
    ];
    for (const filter of asked) {
      const parsed = parseFilter(filter);
      if (matches(parsed, row, employeeType)) {
        assert.ok((await selected(filter)).includes(row.id), filter);
      }
    }
  }
});

const INDEXED: readonly (readonly [string, string])[] = [
  ['userName eq "ada"', 'resources_user_name'],
  ['externalId eq "ada"', 'resources_external_id'],
  ['displayName eq "ada"', 'resources_display_name'],
  ['emails.value eq "ada"', 'resources_emails'],
  ['emails eq "ada"', 'resources_emails'],
  ['emails[type eq "work" and value eq "ada"]', 'resources_emails'],
  ['emails[type eq "work"].value eq "ada"', 'resources_emails'],
  ['meta.lastModified gt "2026-01-31T12:00:00Z"', 'resources_last_modified'],
  ['id eq "2819c223-7f76-453a-919d-413861904646"', 'resources_list'],
];

test('what identity providers ask for is answered from an index', async () => {
  const client = await db.pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    for (const [filter, index] of INDEXED) {
      const { text, values } = filterSql(parseFilter(filter), employeeType, 1);
      // The GIN index has the emails alone: a tenant this small would be read through by its key.
      const scope = index === 'resources_emails' ? 'true' : SCOPE.replace('$1', "'t'");
      const plan = await client.query<{ 'QUERY PLAN': string }>(
        `explain select id from resources where ${scope} and ${text}`,
        [...values],
      );
      const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      assert.match(lines, new RegExp(`\\b${index}\\b`), `${filter}\n${lines}`);
    }
  } finally {
    client.release(true);
  }
});

test('parameters are numbered from the given one and no value is in the text', () => {
  const filter = parseFilter('userName eq "bobby" or nickName co "bobby" and active eq true');
  const { text, values } = filterSql(filter, employeeType, 7);
  assert.match(text, /\$7\b.*\$8\b/);
  assert.doesNotMatch(text, /bobby|\$9/);
  assert.deepEqual(values, ['bobby', 'bobby']);
});

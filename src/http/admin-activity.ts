/** The log in the admin API: what was asked, decided and done, by page, by line and as a file. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { csvLine } from '../directory/csv.ts';
import { termsOf } from '../directory/words.ts';
import {
  type ActivityFilter,
  findActivity,
  type NamedActivity,
  namedActivity,
  outcomes,
} from '../store/activity.ts';
import { idsOfPeople } from '../store/people.ts';
import { peopleLike } from '../store/people-list.ts';
import { changesOf, stepsOf } from './admin-activity-detail.ts';
import { activityWords } from './admin-activity-words.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { activityView } from './admin-views.ts';
import { notFound } from './problem.ts';

const limit = 'must be a whole number from 1 to 200';
const date = 'must be a date with its time zone, like 2027-01-31T00:00:00Z';
const once = 'must be given once';
const who = 'must be a userName, an e-mail address or a SCIM id';
const anOutcome = `must be ${outcomes.map((outcome) => `"${outcome}"`).join(', ')}`;
const aQuery = 'must be text of at most 200 characters';

const aDate = z.iso.datetime({ offset: true, error: date }).transform((text) => new Date(text));

const filter = {
  query: z.string(aQuery).max(200, aQuery).default(''),
  person: z.string(who).trim().min(1, who).max(512, who).optional(),
  destination: z.string(once).optional(),
  source: z.string(once).optional(),
  outcome: z.enum(outcomes, anOutcome).optional(),
  from: aDate.optional(),
  to: aDate.optional(),
};

/** Which lines of activity. */
export const activityInput = z.strictObject({
  ...filter,
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  cursor: z.uuid('must be the next of the page before').optional(),
});

/** Which lines a file is to have. */
export const activityFileInput = z.strictObject(filter);

type Asked = z.infer<typeof activityFileInput>;
type LineParams = TenantParams & { readonly lineId: string };

/** So many lines are read at once for a file. */
const atOnce = 500;

/** Adds the routes; to be registered under a tenant. */
export async function activityRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/activity', async (request) => {
    const { limit, cursor, ...asked } = readInput(activityInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    const wanted = await activityFilter(pool, tenantId, asked);
    const page = { limit: limit + 1, before: cursor ?? null };
    const lines = await namedActivity(pool, tenantId, wanted, page);
    const shown = lines.slice(0, limit);
    const next = lines.length > limit ? (shown.at(-1)?.id ?? null) : null;
    return { activity: shown.map(activityView), next };
  });

  app.get<{ Params: TenantParams }>('/activity/outcomes', async ({ params }) => {
    await tenantOf(pool, params);
    return { outcomes: outcomes.map((name) => ({ name, label: outcomeLabels[name] })) };
  });

  app.get<{ Params: LineParams }>('/activity/:lineId', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    const known = z.uuid().safeParse(params.lineId).success;
    const line = known ? await findActivity(pool, tenantId, params.lineId) : null;
    if (line === null)
      throw notFound(`There is no line of activity ${params.lineId} of this tenant.`);
    return { ...activityView(line), steps: stepsOf(line), changes: changesOf(line) };
  });

  app.get<{ Params: TenantParams }>('/activity.csv', async (request, reply) => {
    const asked = readInput(activityFileInput, request.query);
    const { tenantId } = await tenantOf(pool, request.params);
    const wanted = await activityFilter(pool, tenantId, asked);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="activity.csv"')
      .send(Readable.from(csvOf(pool, tenantId, wanted)));
  });
}

/** What an outcome is called. */
const outcomeLabels = {
  done: 'Done',
  held: 'Held',
  rejected: 'Refused',
  failed: 'Failed, tried again',
} satisfies Record<(typeof outcomes)[number], string>;

/** What is asked for, with the people it is about found. */
export async function activityFilter(
  pool: pg.Pool,
  tenantId: string,
  asked: Asked,
): Promise<ActivityFilter> {
  const { query, person, destination, source, outcome, from, to } = asked;
  const terms = termsOf(query);
  const called = person === undefined ? null : await idsOfPeople(pool, tenantId, person);
  const like = terms.length === 0 ? null : await peopleLike(pool, tenantId, terms);
  const people = called === null || like === null ? (called ?? like) : both(called, like);
  return {
    ...(people === null ? {} : { people }),
    ...(terms.length > 0 && like === null ? { words: terms } : {}),
    ...(destination === undefined ? {} : { destinationId: destination }),
    ...(source === undefined ? {} : { sourceId: source }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function both(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((id) => others.includes(id));
}

const head = [
  ...['time', 'what', 'kind', 'outcome', 'person or group', 'destination', 'message', 'changes'],
  ...['actor', 'request', 'source id', 'person or group id', 'destination id', 'id'],
];

/** A file of lines, newest first, read a page at a time as fast as the client takes it. */
async function* csvOf(pool: pg.Pool, tenantId: string, wanted: ActivityFilter) {
  // Without it spreadsheets take the file for another encoding than UTF-8.
  yield `\ufeff${csvLine(head)}`;
  for (let before: string | null = null; ; ) {
    const lines = await namedActivity(pool, tenantId, wanted, { limit: atOnce, before });
    yield lines.map(csvOfLine).join('');
    if (lines.length < atOnce) return;
    before = lines.at(-1)?.id ?? null;
  }
}

function csvOfLine(line: NamedActivity): string {
  const changes = changesOf(line).map(
    ({ name, before, after }) => `${name}: ${changedText(before)} → ${changedText(after)}`,
  );
  return csvLine([
    ...[line.at.toISOString(), activityWords(line), line.kind, line.outcome, line.resourceName],
    ...[line.destinationName, line.message, changes.join('; '), line.actor, line.requestId],
    ...[line.sourceId, line.resourceId, line.destinationId, line.id],
  ]);
}

/** A value before or after, as a person reads it. */
export function changedText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

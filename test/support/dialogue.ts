/**
 * Recorded dialogues: what a client sends and what it must be answered, as data. A file is one
 * dialogue; it is played over HTTP, on a connection of its own.
 *
 * - `source` says where the shape of the requests is described, `seen` when. What no public page
 *   shows is `unconfirmed`, with what it was concluded from.
 * - `{{name}}` stands for what an earlier step saved; `{{baseUrl}}` is there from the beginning.
 * - A path is written as it reads and percent-encoded when it is sent.
 * - An expected body names only what matters: other members are free, the elements of an array may
 *   come in any order, and `null` says that there must be none (RFC 7643 §2.5).
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { newSourceId } from '../../src/directory/ids.ts';
import { insertSource } from '../../src/store/sources.ts';
import { difference, text } from './difference.ts';
import { type Answer, type Connection, connect, scim, userNamed, type World } from './world.ts';

const headers = z.record(z.string(), z.string());

const stepSchema = z.strictObject({
  what: z.string(),
  request: z.strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string().startsWith('/'),
    headers: headers.optional(),
    body: z.unknown().optional(),
  }),
  response: z.strictObject({
    status: z.int(),
    headers: headers.optional(),
    body: z.unknown().optional(),
  }),
  /** By name: where in the answer's body the value is. */
  save: z.record(z.string(), z.string()).optional(),
});

const dialogueSchema = z.strictObject({
  title: z.string(),
  source: z.array(z.string()).min(1),
  seen: z.string().optional(),
  unconfirmed: z.string().optional(),
  /** Of the connection. */
  settings: z
    .strictObject({
      strictInterop: z.boolean(),
      unknownAttributes: z.enum(['ignore', 'refuse', 'keep']),
      reactivateOnCreate: z.boolean(),
      invalidPhone: z.enum(['refuse', 'drop']),
      schemaExtensions: z.array(z.unknown()),
    })
    .partial()
    .optional(),
  /** Who is there before the first step; the id of Ada Lovelace is `{{ada}}`. */
  people: z.array(z.string()).optional(),
  steps: z.array(stepSchema).min(1),
});

type Step = z.infer<typeof stepSchema>;

/** A dialogue and the file it is from, without its ending. */
export type Dialogue = z.infer<typeof dialogueSchema> & { readonly file: string };

type Names = Map<string, unknown>;

/** All dialogues below a directory, in the order of their files. */
export function readDialogues(directory: URL): readonly Dialogue[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      file: file.slice(0, -'.json'.length),
      ...dialogueSchema.parse(JSON.parse(readFileSync(new URL(file, directory), 'utf8'))),
    }));
}

/** Plays a dialogue on a new connection of the world's tenant. */
export async function play(world: World, dialogue: Dialogue): Promise<void> {
  const { title, settings, people = [], steps } = dialogue;
  const connection = await openConnection(world, title, settings);
  const names: Names = new Map();
  names.set('baseUrl', `http://rollcall.test/scim/v2/${connection.sourceId}`);
  for (const person of people) names.set(...(await create(world, connection, person)));
  for (const [index, step] of steps.entries()) {
    const answer = await send(world, connection, fill(step.request, names));
    const where = `step ${index + 1}, ${step.what}: ${step.request.method} ${step.request.path}`;
    const fault = faultOf(fill(step.response, names), answer);
    assert.equal(fault, null, `${where}\n${fault}\nanswered ${answer.status} ${text(answer.body)}`);
    for (const [name, place] of Object.entries(step.save ?? {})) {
      const value = at(answer.body, place);
      assert.notEqual(
        value,
        undefined,
        `${where}\nthe answer has no ${place}: ${text(answer.body)}`,
      );
      names.set(name, value);
    }
  }
}

async function openConnection(
  { pool, tenantId }: World,
  name: string,
  settings: Dialogue['settings'] = {},
): Promise<Connection> {
  const id = newSourceId(tenantId);
  const on = { provisioningEnabled: true, creationEnabled: true };
  await insertSource(pool, { tenantId, id, kind: 'scim', name, ...on });
  await pool.query(
    `update sources set strict_interop = coalesce($3, strict_interop),
            unknown_attributes = coalesce($4, unknown_attributes),
            reactivate_on_create = coalesce($5, reactivate_on_create),
            invalid_phone = coalesce($6, invalid_phone),
            schema_extensions = coalesce($7, schema_extensions)
     where tenant_id = $1 and id = $2`,
    [
      tenantId,
      id,
      settings.strictInterop,
      settings.unknownAttributes,
      settings.reactivateOnCreate,
      settings.invalidPhone,
      settings.schemaExtensions && JSON.stringify(settings.schemaExtensions),
    ],
  );
  return connect(pool, { tenantId, sourceId: id });
}

async function create(
  world: World,
  connection: Connection,
  person: string,
): Promise<readonly [string, unknown]> {
  const body = userNamed(person);
  const answer = await send(world, connection, { method: 'POST', path: '/Users', body });
  assert.equal(answer.status, 201, text(answer.body));
  return [person.toLowerCase().split(' ')[0] ?? person, answer.body.id];
}

function send(
  { origin }: World,
  connection: Connection,
  { path, headers, ...request }: Step['request'],
): Promise<Answer> {
  return scim(origin, connection, {
    ...request,
    path: encodeURI(path),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** What differs between the answer and what was expected; null where nothing does. */
function faultOf(expected: Step['response'], { status, headers, body }: Answer): string | null {
  if (status !== expected.status) return `expected ${expected.status}`;
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (headers.get(name) !== value)
      return `expected the header ${name}: ${value}, not ${headers.get(name)}`;
  }
  return expected.body === undefined ? null : difference(expected.body, body, 'body');
}

/** Puts what was saved in the place of its name. */
function fill<Value>(value: Value, names: Names): Value {
  const filled = JSON.stringify(value).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    assert.ok(names.has(name), `no earlier step saved ${name}`);
    return JSON.stringify(String(names.get(name))).slice(1, -1);
  });
  return JSON.parse(filled);
}

/** The value at a path like `Resources.0.id`. */
function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined,
      body,
    );
}

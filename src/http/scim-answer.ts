/** Resources as they are answered: what is stored, what is computed beside it, and as much as is asked. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { JsonObject } from '../model.ts';
import { etagOf, ifNoneMatch } from '../scim/etag.ts';
import { locationOf, represent } from '../scim/meta.ts';
import { asksFor, type Projection, project } from '../scim/projection.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import { type ListedMember, memberPage } from '../store/members.ts';
import type { Owner, StoredResource } from '../store/resources.ts';
import { withStatus } from './scim-destinations.ts';
import { headers, sendText } from './scim-media.ts';
import { header } from './scim-request.ts';

/** In what form a resource is answered. */
export interface Form {
  readonly type: ResourceType;
  readonly projection: Projection;
  /** The base URL of the source. */
  readonly baseUrl: string;
}

/** Where the rest of a resource is read from. */
export interface Shelf {
  readonly pool: pg.Pool;
  readonly owner: Owner;
}

/** A resource as it is answered, but for the members of a group. */
export function represented(
  stored: StoredResource,
  { type, projection, baseUrl }: Form,
): JsonObject {
  const { id, createdAt: created, lastModified, groups } = stored;
  const issued = { id, created, lastModified, version: shownVersion(stored) };
  const data = groups == null ? stored.data : { ...stored.data, groups };
  return project(represent(type, data, { issued, baseUrl }), type, projection);
}

/**
 * The version of what is shown. A user's groups change without the user: where they are shown, their
 * digest stands beside the version of what was written, which alone is what If-Match is about.
 */
function shownVersion({ version, groups }: StoredResource): string {
  if (groups == null || groups.length === 0) return String(version);
  const digest = createHash('sha256').update(JSON.stringify(groups)).digest('base64url');
  return `${version}.${digest.slice(0, 10)}`;
}

/** Members that are held at a time. */
const pageSize = 1_000;

/**
 * The text of a resource, piece by piece: of a group of 100,000 no more than a page of members is held.
 */
export async function* resourceText(
  stored: StoredResource,
  form: Form,
  { pool, owner }: Shelf,
): AsyncGenerator<string> {
  const head = JSON.stringify(represented(stored, form));
  if (stored.type !== 'Group' || asksFor(form.type, form.projection, ['members']) === 'nothing')
    return yield head;
  const { baseUrl } = form;
  let before = `${head.slice(0, -1)},"members":[`;
  for (let after: string | null = null; ; ) {
    const asked = { groupId: stored.id, baseUrl, after, limit: pageSize };
    const page: readonly ListedMember[] = await memberPage(pool, owner, asked);
    const last = page.at(-1);
    if (last === undefined) break;
    yield before + memberTexts(page, form).join();
    if (page.length < pageSize) return yield ']}';
    before = ',';
    after = last.key;
  }
  yield before === ',' ? ']}' : head;
}

/** The members of a page as JSON, each as much as is asked of it. */
function memberTexts(page: readonly ListedMember[], { type, projection }: Form): readonly string[] {
  if (asksFor(type, projection, ['members']) === 'everything') return page.map(({ text }) => text);
  return page.map(({ text }) => {
    const { members } = project({ members: [JSON.parse(text)] }, type, projection);
    return JSON.stringify(members).slice(1, -1);
  });
}

/** An answer under way. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Sends a resource with its entity-tag and location; 304 where the client has this version already. */
export async function sendResource(
  { request, reply }: Exchange,
  {
    status,
    stored,
    form,
    shelf,
  }: { status: number; stored: StoredResource; form: Form; shelf: Shelf },
): Promise<FastifyReply> {
  const etag = etagOf(shownVersion(stored));
  reply.header('etag', etag);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads && !ifNoneMatch(header(request, 'if-none-match'), etag)) {
    return reply.code(304).send();
  }
  reply.header('location', locationOf(form.type, stored.id, form.baseUrl));
  if (stored.type === 'User') {
    const [user = stored] = await withStatus([stored], form, shelf);
    return sendText(reply, status, JSON.stringify(represented(user, form)));
  }
  return sendPieces(reply, status, resourceText(stored, form, shelf));
}

/** Pieces are gathered up to this many characters; what is longer is streamed. */
const mostGathered = 262_144;

/** Sends what fits at once, with its length, and streams what does not. */
export async function sendPieces(
  reply: FastifyReply,
  status: number,
  pieces: AsyncGenerator<string>,
): Promise<FastifyReply> {
  let gathered = '';
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    gathered += next.value;
    if (gathered.length < mostGathered) continue;
    const stream = Readable.from(following(gathered, pieces));
    return reply.code(status).headers(headers).send(stream);
  }
  return sendText(reply, status, gathered);
}

async function* following(first: string, pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* pieces;
}

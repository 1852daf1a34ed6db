/** The endpoints that list resources (RFC 7644 §3.4.2, §3.4.3), of one type or of all. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DirectoryWorld, ownerOf } from '../directory/request.ts';
import type { ResourceKind } from '../model.ts';
import {
  checkListNames,
  type ListParameters,
  readListQuery,
  readSearch,
} from '../scim/list-query.ts';
import { listHead } from '../scim/list-response.ts';
import { asksFor, parseProjection } from '../scim/projection.ts';
import type { ListedType } from '../store/list-statement.ts';
import type { ListedResource } from '../store/resource-list.ts';
import type { StoredResource } from '../store/resources.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { type Form, represented, resourceText, type Shelf, sendPieces } from './scim-answer.ts';
import { type Cursors, cursorsOf } from './scim-cursor.ts';
import { withStatus } from './scim-destinations.ts';
import { type ListAnswer, listAnswer } from './scim-list-page.ts';
import { accessOf, baseUrl } from './scim-request.ts';

/** What the endpoints need. */
export interface ListRoutesOptions {
  readonly world: DirectoryWorld;
  readonly publicUrl: string;
  /** Seals cursors. */
  readonly secrets: SecretBox;
}

/** Where resources are listed, and of which types. */
const lists: readonly (readonly [path: string, kinds: readonly ResourceKind[]])[] = [
  ['/Users', ['User']],
  ['/Groups', ['Group']],
  ['', ['User', 'Group']],
];

/** Adds the lists at the endpoint of each type and at the root, by GET and by POST. */
export function listRoutes(
  app: FastifyInstance,
  { world, publicUrl, secrets }: ListRoutesOptions,
): void {
  const cursors = cursorsOf(secrets, world.now);
  for (const [path, kinds] of lists) {
    app.get(path === '' ? '/' : path, (request, reply) => {
      const parameters = readListQuery(request.query);
      return sendList({ request, reply }, { world, publicUrl, cursors, kinds, parameters });
    });
    app.post(`${path}/.search`, (request, reply) => {
      const parameters = readSearch(request.body);
      // As in RFC 7644 §3.4.3, Figure 5.
      reply.header('location', `${baseUrl(publicUrl, request)}${path}/.search`);
      return sendList({ request, reply }, { world, publicUrl, cursors, kinds, parameters });
    });
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

interface Listing {
  readonly world: DirectoryWorld;
  readonly publicUrl: string;
  readonly cursors: Cursors;
  readonly kinds: readonly ResourceKind[];
  readonly parameters: ListParameters;
}

async function sendList({ request, reply }: Exchange, listing: Listing): Promise<FastifyReply> {
  const { world, parameters } = listing;
  const access = accessOf(request);
  const forms = formsOf(request, listing);
  const types = forms.map(({ type }) => type);
  checkListNames(parameters, types);
  const shelf = { pool: world.pool, owner: ownerOf({ access }) };
  const query = {
    owner: shelf.owner,
    baseUrl: baseUrl(listing.publicUrl, request),
    types: forms.map(listedType),
    filter: parameters.filter,
    sort: parameters.sort,
  };
  const answer = await listAnswer(
    { db: world.pool, cursors: listing.cursors },
    { query, paging: parameters.paging, credential: access.credential },
  );
  return sendPieces(reply, 200, listText(answer, forms, shelf));
}

/** The form in which resources of each type are sent: each by its own schemas. */
function formsOf(
  request: FastifyRequest,
  { kinds, parameters, publicUrl }: Listing,
): readonly Form[] {
  const { types } = accessOf(request);
  return kinds.map((kind) => ({
    type: types[kind],
    projection: parseProjection(types[kind], parameters),
    baseUrl: baseUrl(publicUrl, request),
  }));
}

/** What is kept apart from resources is read only where it is asked for. */
function listedType({ type, projection }: Form): ListedType {
  const attribute = type.name === 'User' ? 'groups' : 'members';
  return { type, memberships: asksFor(type, projection, [attribute]) !== 'nothing' };
}

/** The text of a list, a resource at a time: a group may have more members than can be held. */
async function* listText(
  { head, resources }: ListAnswer,
  forms: readonly Form[],
  shelf: Shelf,
): AsyncGenerator<string> {
  const statuses = await statusesOf(resources, forms, shelf);
  let before = `${JSON.stringify(listHead(head)).slice(0, -1)},"Resources":[`;
  for (const resource of resources) {
    const form = forms.find(({ type }) => type.name === resource.stored.type);
    if (form === undefined) continue;
    yield before;
    const stored = statuses.get(resource.stored.id) ?? resource.stored;
    yield* textOf({ ...resource, stored }, form, shelf);
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}

/** The users of a page with their status, by id; empty where it is not asked for. */
async function statusesOf(
  resources: readonly ListedResource[],
  forms: readonly Form[],
  shelf: Shelf,
): Promise<ReadonlyMap<string, StoredResource>> {
  const form = forms.find(({ type }) => type.name === 'User');
  const users = resources.map(({ stored }) => stored).filter(({ type }) => type === 'User');
  const known = form === undefined ? [] : await withStatus(users, form, shelf);
  return new Map(known.map((user) => [user.id, user]));
}

async function* textOf(
  { stored, members }: ListedResource,
  form: Form,
  shelf: Shelf,
): AsyncGenerator<string> {
  // Its members are asked for and were too many to be read with it.
  if (stored.type === 'Group' && members === null) return yield* resourceText(stored, form, shelf);
  const data = members === null || members.length === 0 ? stored.data : { ...stored.data, members };
  yield JSON.stringify(represented({ ...stored, data }, form));
}

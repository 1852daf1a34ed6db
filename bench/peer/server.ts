/**
 * The peer: scimmy-routers on Express with its users in memory, as its README sets it up. What its
 * API lets a caller do in less than a search is done so: by id, and by userName for the filter that
 * identity providers send. https://github.com/scimmyjs/scimmy-routers
 */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { groupHandlers } from './groups.ts';

type StoredUser = Omit<InstanceType<typeof SCIMMY.Schemas.User>, 'schemas'>;

const token = `Bearer ${process.env.PEER_TOKEN ?? ''}`;
const users = new Map<string, StoredUser>();
const byUserName = new Map<string, StoredUser>();

SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), {
  ingress: (resource: { id?: string }, instance: StoredUser) => keep(resource.id, instance),
  egress: (resource: InstanceType<typeof SCIMMY.Resources.User>) => {
    if (resource.id !== undefined) return existing(resource.id);
    return resource.filter === undefined ? listed(resource) : filtered(resource.filter);
  },
  degress: (resource: { id?: string }) => {
    const user = existing(resource.id ?? '');
    users.delete(user.id ?? '');
    byUserName.delete(user.userName.toLowerCase());
  },
});

function existing(id: string): StoredUser {
  const user = users.get(id);
  if (user === undefined) throw new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  return user;
}

function keep(id: string | undefined, instance: StoredUser): StoredUser {
  const before = id === undefined ? undefined : existing(id);
  const name = instance.userName.toLowerCase();
  const holder = byUserName.get(name);
  if (holder !== undefined && holder.id !== id) {
    throw new SCIMMY.Types.Error(409, 'uniqueness', `${instance.userName} is taken`);
  }
  const now = new Date();
  const created = before?.meta?.created ?? now;
  const user = {
    ...instance,
    id: id ?? randomUUID(),
    meta: { ...instance.meta, created, lastModified: now },
  };
  if (before !== undefined) byUserName.delete(before.userName.toLowerCase());
  users.set(user.id, user);
  byUserName.set(name, user);
  return user;
}

/** The first page alone; where it begins later, the library looks for its begin in what it is given. */
function listed({ constraints }: InstanceType<typeof SCIMMY.Resources.User>): StoredUser[] {
  const all = [...users.values()];
  if (constraints?.startIndex !== 1 || constraints.sortBy !== undefined) return all;
  Object.assign(constraints, { totalResults: all.length });
  return all.slice(0, constraints.count);
}

/** `userName eq` by the index, everything else by the library's own search. */
function filtered(filter: SCIMMY.Types.Filter): StoredUser[] {
  const [first] = filter;
  const [operator, value] = filter.length === 1 ? (first?.userName ?? first?.username ?? []) : [];
  if (operator !== 'eq') return filter.match([...users.values()]);
  const user = byUserName.get(String(value).toLowerCase());
  return user === undefined ? [] : [user];
}

SCIMMY.Resources.declare(SCIMMY.Resources.Group, groupHandlers);

const app = express();
// The routers cast startIndex and count in place, which the query of Express 5 would forget.
app.use((request, _response, next) => {
  Object.defineProperty(request, 'query', { value: request.query });
  next();
});
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('Authorization') !== token) throw new Error('unknown token');
      return 'bench';
    },
  }),
);
const server = createServer(app).listen(Number(process.env.PEER_PORT), '127.0.0.1', () => {
  process.stdout.write('Ready\n');
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});

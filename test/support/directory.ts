/** People of a tenant's own directory, and the browsers they sign in with. */
import type pg from 'pg';
import { localAccess, localSource } from '../../src/directory/local.ts';
import { anyVersion, type DirectoryWorld } from '../../src/directory/request.ts';
import { createUser, deleteUser, patchUser } from '../../src/directory/users.ts';
import { type Answer, request, userNamed } from './world.ts';

/** A directory. */
export interface Directory {
  readonly tenantId: string;
  readonly sourceId: string;
  /** Adds a user; their id. */
  add(name: string, more?: object): Promise<string>;
  patch(id: string, operations: readonly object[]): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Makes the directory of a tenant. */
export async function directory(pool: pg.Pool, tenantId: string): Promise<Directory> {
  const source = await localSource(pool, tenantId);
  const access = localAccess(source, { actor: 'admin', destinations: [] });
  const world: DirectoryWorld = {
    pool,
    now: Date.now,
    wake: () => undefined,
    recognise: async () => undefined,
  };
  const asked = { access, requestId: 'test', baseUrl: '', shows: { groups: false } };
  return {
    tenantId,
    sourceId: source.id,
    add: async (name, more) => (await createUser(world, asked, userNamed(name, more))).id,
    async patch(id, operations) {
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
      await patchUser(world, asked, id, { schemas, Operations: operations }, anyVersion);
    },
    remove: (id) => deleteUser(world, asked, id, null),
  };
}

/** A browser at the pages of a tenant, which keeps cookies. */
export interface PersonBrowser {
  readonly cookies: Map<string, string>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

/** Opens one. */
export function personBrowser(origin: string, tenantId: string): PersonBrowser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async send(method, path, body, headers) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await request(`${origin}/me/${tenantId}/api${path}`, {
        method,
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0',
          ...(cookie === '' ? {} : { cookie }),
          ...headers,
        },
      });
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ''] = set.split(';');
        const [name = '', value = ''] = pair.split('=');
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
  };
}

/** Bearer tokens and client secrets in the admin API: made, listed and revoked in the same way. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type pg from 'pg';
import { createToken, mostLiveTokens, revoke } from '../directory/tokens.ts';
import { findByUserName } from '../store/resources.ts';
import { type TokenOwner, tokensOf } from '../store/tokens.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput, secretInput, tokenInput } from './admin-input.ts';
import { ownerOf, type SourceParams, sourceOf } from './admin-scope.ts';
import { secretMadeView, tokenMadeView, tokenView } from './admin-views.ts';
import { notFound, Problem } from './problem.ts';

interface TokenParams extends SourceParams {
  readonly tokenId: string;
}

/** Each kind with its path and what a person calls it. */
const kinds = [
  { kind: 'bearer', path: 'tokens', noun: 'token', input: tokenInput, madeView: tokenMadeView },
  {
    kind: 'client_secret',
    path: 'secrets',
    noun: 'client secret',
    input: secretInput,
    madeView: secretMadeView,
  },
] as const;

const dayMs = 24 * 3_600_000;

/** Adds the routes; to be registered under a source. */
export async function tokenRoutes(app: FastifyInstance, options: AdminApiOptions): Promise<void> {
  for (const kind of kinds) kindRoutes(app, options, kind);
}

function kindRoutes(
  app: FastifyInstance,
  { world: { pool, now }, publicUrl }: AdminApiOptions,
  { kind, path, noun, input, madeView }: (typeof kinds)[number],
): void {
  app.get<{ Params: SourceParams }>(`/${path}`, async ({ params }) => {
    const tokens = await tokensOf(pool, ownerOf(await sourceOf(pool, params)), kind);
    return { mostLive: mostLiveTokens, [path]: tokens.map((token) => tokenView(token, now())) };
  });

  app.post<{ Params: SourceParams }>(`/${path}`, async ({ params, body, actor }, reply) => {
    const source = await sourceOf(pool, params);
    const { expiresInDays, userName } = readInput(input, body);
    const fresh = await createToken(pool, ownerOf(source), {
      kind,
      actor,
      expiresAt: expiresInDays === null ? null : new Date(now() + expiresInDays * dayMs),
      userId: await userIdOf(pool, ownerOf(source), userName),
    });
    if (fresh === null) throw tooMany(noun);
    return reply.code(201).send(madeView(fresh, source, publicUrl));
  });

  app.delete<{ Params: TokenParams }>(
    `/${path}/:tokenId`,
    async ({ params, actor }, reply: FastifyReply) => {
      const owner = ownerOf(await sourceOf(pool, params));
      if (!(await revoke(pool, owner, params.tokenId, { actor, kind })))
        throw notFound(`There is no ${noun} ${params.tokenId} that could be revoked.`);
      return reply.code(204).send();
    },
  );
}

async function userIdOf(
  pool: pg.Pool,
  owner: TokenOwner,
  userName: string | null,
): Promise<string | null> {
  if (userName === null) return null;
  const user = await findByUserName(pool, owner, userName);
  if (user !== null) return user.id;
  const detail = 'names no user of this connection';
  throw new Problem('invalid-input', `userName ${detail}.`, [{ field: 'userName', detail }]);
}

function tooMany(noun: string): Problem {
  return new Problem(
    'too-many-tokens',
    `This connection has ${mostLiveTokens} live ${noun}s already: revoke the one that is no longer used, then make a new one.`,
  );
}

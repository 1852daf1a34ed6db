/** One request that changes the roll: who asks, of what world, and what is written down about it. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import type { Note, Owner } from '../store/resources.ts';
import type { Access } from './access.ts';

/** What changing the roll needs of the world. */
export interface DirectoryWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Called after each commit with the destinations whose links were bumped. */
  readonly wake: (tenantId: string, destinations: readonly string[]) => void;
  /** Called after a commit for a user who has the address of somebody whom the storefront brought: they are one. */
  readonly recognise: (tenantId: string, userId: string) => Promise<void>;
}

/** Who asks, and what the answer is made for. */
export interface Request {
  readonly access: Access;
  /** Follows the request through every log. */
  readonly requestId: string;
  /** The base URL of the source: what `$ref` begins with. */
  readonly baseUrl: string;
  /** What the answer has that is not stored but computed, and costs nothing where it is not asked for. */
  readonly shows: { readonly groups: boolean };
}

/** Says whether a stored version is the one the client means (If-Match); throws 412 where not. */
export type Precondition = (version: number) => void;

/** The precondition of a request that has none. */
export const anyVersion: Precondition = () => undefined;

/** Whose resources the request is about. */
export function ownerOf({ access }: Pick<Request, 'access'>): Owner {
  return { tenantId: access.source.tenantId, sourceId: access.source.id };
}

/** The line of activity of a change. */
export function note(
  { access, requestId }: Request,
  messages: readonly string[],
  detail: JsonObject | null,
): Note {
  return {
    activityId: uuidv7(),
    actor: access.actor,
    requestId,
    message: messages.length === 0 ? null : messages.join('; '),
    detail,
  };
}

/** What the log says of attributes that were ignored. */
export function ignoredNote(ignored: readonly string[]): readonly string[] {
  return ignored.length === 0
    ? []
    : [`ignored, as the schemas do not define them: ${ignored.slice(0, 20).join(', ')}`];
}

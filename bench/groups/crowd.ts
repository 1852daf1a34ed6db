/** The two groups of a server: a few people, and everybody. */
import { type Connection, connectTo, demand } from '../load/connection.ts';
import { type KnownGroup, postingGroup } from '../load/group-exchange.ts';
import type { Target } from '../load/job.ts';
import { idIn } from '../load/load.ts';

/** A group on one side, with its connection. */
export interface Crowd {
  readonly group: KnownGroup;
  readonly size: number;
  readonly connection: Connection;
  /** With what a PATCH is answered: the group, or nothing. */
  readonly patched: 200 | 204;
  /** How long the POST took by which it came. */
  readonly createdMs: number;
}

/** Both groups of a server. */
export interface Crowds extends AsyncDisposable {
  readonly small: Crowd;
  readonly large: Crowd;
}

/** How groups are created. */
export interface CrowdsWanted {
  /** Those in the large group; the first of them are in the small one. */
  readonly members: readonly string[];
  readonly small: number;
  readonly patched: Crowd['patched'];
}

/** Creates both groups through SCIM. */
export async function createCrowds(
  target: Target,
  { members, small, patched }: CrowdsWanted,
): Promise<Crowds> {
  const connection = connectTo(target);
  const create = async (displayName: string, size: number): Promise<Crowd> => {
    const exchange = postingGroup(target, displayName, members.slice(0, size));
    const { text, ms } = await demand(connection, exchange);
    const group = { target, id: idIn(text), displayName };
    return { group, size, connection, patched, createdMs: ms };
  };
  return {
    small: await create('A few', small),
    large: await create('Everybody', members.length),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

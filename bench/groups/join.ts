/** One member added to a group and removed again. */
import type { Turn } from '../load/by-request.ts';
import { demand } from '../load/connection.ts';
import type { Exchange } from '../load/exchange.ts';
import { joining, leaving, lookingIn } from '../load/group-exchange.ts';
import type { Crowd } from './crowd.ts';

/** The two changes of a turn. */
export type JoinStep = 'join' | 'leave';

/** Lets another one join and leave at each turn, so that both change something. */
export function joinTurn(crowd: Crowd, joiners: readonly string[]): Turn<JoinStep> {
  let turn = 0;
  return async () => {
    const joiner = joiners[turn % joiners.length] ?? '';
    turn += 1;
    return { join: await join(crowd, joiner), leave: await leave(crowd, joiner) };
  };
}

/** Adds somebody who is not in the group: the milliseconds it took. Throws where nobody was added. */
export async function join(crowd: Crowd, joiner: string): Promise<number> {
  const { ms, isMember } = await change(crowd, joiner, joining);
  if (!isMember) throw new Error(`${joiner} was not added to ${crowd.group.displayName}`);
  return ms;
}

async function leave(crowd: Crowd, joiner: string): Promise<number> {
  const { ms, isMember } = await change(crowd, joiner, leaving);
  if (isMember) throw new Error(`${joiner} was not removed from ${crowd.group.displayName}`);
  return ms;
}

/** Changes a group, and looks whether somebody is in it then: where the answer does not say, by asking. */
async function change(
  { connection, group, patched }: Crowd,
  joiner: string,
  exchangeOf: (group: Crowd['group'], member: string, status: Crowd['patched']) => Exchange,
): Promise<{ readonly ms: number; readonly isMember: boolean }> {
  const { ms, text } = await demand(connection, exchangeOf(group, joiner, patched));
  if (patched === 200) return { ms, isMember: text.includes(`"value":"${joiner}"`) };
  const found = await demand(connection, lookingIn(group, joiner));
  return { ms, isMember: found.text.includes('"totalResults":1') };
}

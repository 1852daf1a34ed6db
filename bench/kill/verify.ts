import { z } from 'zod';
import { type Connection, connectTo } from '../load/connection.ts';
import type { Target } from '../load/job.ts';
import { userNameOf } from '../person.ts';
import { allows, type Entry, type Remembered } from './ledger.ts';

const userSchema = z.object({ id: z.string(), active: z.boolean(), title: z.string() });
const listSchema = z.object({
  totalResults: z.number(),
  Resources: z.array(userSchema).default([]),
});

/** What the roll holds against the ledger. */
export interface Verdict {
  /** People who are not in a state that was acknowledged, one sentence each. */
  readonly lost: readonly string[];
  /** Of the writes that were never answered, how many had been made all the same. */
  readonly madeUnanswered: number;
}

/** Reads every person of a ledger, by id and by userName. */
export async function verify(target: Target, entries: readonly Entry[]): Promise<Verdict> {
  const lost: string[] = [];
  const waiting = [...entries];
  let madeUnanswered = 0;
  const read = async (): Promise<void> => {
    const connection = connectTo(target);
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      const found = await find(connection, target, entry);
      if (typeof found === 'string') lost.push(found);
      else if (!allows(entry, found))
        lost.push(`${entry.key} is ${JSON.stringify(found)}, not as in ${JSON.stringify(entry)}`);
      else if (entry.possible !== null && !allows({ ...entry, possible: null }, found))
        madeUnanswered += 1;
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: 4 }, read));
  return { lost, madeUnanswered };
}

/** What the filter and the id say; a sentence where they contradict each other. */
async function find(
  connection: Connection,
  { basePath }: Target,
  entry: Entry,
): Promise<Remembered | string> {
  const filter = encodeURIComponent(`userName eq "${userNameOf(entry.key)}"`);
  const listed = await connection.send({
    method: 'GET',
    path: `${basePath}/Users?filter=${filter}`,
    body: null,
  });
  if (listed.status !== 200) return `${entry.key}: the filter answered ${listed.status}`;
  const { totalResults, Resources } = listSchema.parse(JSON.parse(listed.text));
  const [user] = Resources;
  if (totalResults > 1) return `${entry.key} is on the roll ${totalResults} times`;
  if (user !== undefined && entry.id !== null && user.id !== entry.id)
    return `${entry.key} has another id than acknowledged`;
  const id = entry.id ?? user?.id;
  if (id === undefined) return null;
  const read = await connection.send({
    method: 'GET',
    path: `${basePath}/Users/${id}`,
    body: null,
  });
  if (read.status === 404 && user === undefined) return null;
  if (read.status !== 200 || user === undefined)
    return `${entry.key}: by id ${read.status}, by userName ${totalResults}`;
  const { active, title } = userSchema.parse(JSON.parse(read.text));
  return { active, title };
}

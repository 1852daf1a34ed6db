/** The bench's side of the load generator. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { userNameOf } from '../person.ts';
import { connectTo, demand } from './connection.ts';
import { posting } from './exchange.ts';
import type { Known, LoadJob, LoadResult, Target } from './job.ts';

/** A load generator that runs. */
export interface Load extends AsyncDisposable {
  run(job: LoadJob): Promise<LoadResult>;
}

type Reply = { readonly result: LoadResult } | { readonly error: string };

/** Starts the generator. */
export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('generator.ts', import.meta.url)), { execArgv: [] });
  const gone = new AbortController();
  child.once('exit', () => gone.abort(new Error('the load generator ended')));
  return {
    async run(job) {
      child.send(job);
      const [answer]: Reply[] = await once(child, 'message', { signal: gone.signal });
      if (answer === undefined || 'error' in answer) {
        throw new Error(`${job.operation} at ${job.target.origin}: ${answer?.error}`);
      }
      return answer.result;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Creates people through SCIM, a few at a time, and tells their ids. */
export async function createPeople(
  target: Target,
  keys: readonly string[],
): Promise<readonly Known[]> {
  const people: Known[] = [];
  const waiting = [...keys];
  const create = async (): Promise<void> => {
    const connection = connectTo(target);
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const { text } = await demand(connection, posting(`${target.basePath}/Users`, key));
      people.push({ id: idIn(text), userName: userNameOf(key) });
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: 8 }, create));
  return people;
}

/** The keys `<prefix>-1` to `<prefix>-<count>`. */
export function keys(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

/** The id in a resource. */
export function idIn(text: string): string {
  const body: unknown = JSON.parse(text);
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string')
    return body.id;
  throw new Error(`a resource without an id: ${text.slice(0, 300)}`);
}

/** A client that creates, changes and deletes its own people, whatever happens to the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../test/support/chance.ts';
import { type Connection, connectTo } from '../load/connection.ts';
import type { Target } from '../load/job.ts';
import { idIn } from '../load/load.ts';
import { activePatch, personBody, titlePatch } from '../person.ts';
import type { Entry, Ledger, Remembered } from './ledger.ts';

/** Between two writes of a client: enough to keep the server at work, and a queue that can be drained. */
const longestPauseMs = 120;
const whileDownMs = 20;

/** A request, the status that acknowledges it, and what it makes of the person. */
interface Write {
  readonly entry: Entry;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly becomes: Remembered;
}

/** Writes until told to stop. */
export async function writeUntil(
  stop: AbortSignal,
  target: Target,
  ledger: Ledger,
  { name, random }: { readonly name: string; readonly random: Chance },
): Promise<void> {
  const connection = connectTo(target);
  for (let turn = 1; !stop.aborted; turn += 1) {
    const write = nextWrite(target, ledger, `${name}-${turn}`, random);
    await deliver(connection, write, ledger, stop);
    await sleep(random.between(0, longestPauseMs));
  }
  await connection.close();
}

/** Half of the writes create; the others change or delete somebody of this writer's who is there. */
function nextWrite({ basePath }: Target, ledger: Ledger, key: string, random: Chance): Write {
  const [writer] = key.split('-');
  const there = ledger.entries.filter(
    (entry) =>
      entry.certain !== null && entry.possible === null && entry.key.startsWith(`${writer}-`),
  );
  const entry = there[Math.floor(random.next() * there.length)];
  const users = `${basePath}/Users`;
  if (entry === undefined || entry.certain === null || random.next() < 0.5)
    return creating(users, ledger, key);
  const path = `${users}/${entry.id}`;
  const patch = { entry, method: 'PATCH', path, status: 200 } as const;
  const { active, title } = entry.certain;
  return random.pick<Write>([
    { ...patch, body: JSON.stringify(titlePatch(key)), becomes: { active, title: key } },
    { ...patch, body: JSON.stringify(activePatch(!active)), becomes: { active: !active, title } },
    { entry, method: 'DELETE', path, body: null, status: 204, becomes: null },
  ]);
}

function creating(users: string, ledger: Ledger, key: string): Write {
  const entry: Entry = { key, id: null, certain: null, possible: null };
  ledger.entries.push(entry);
  const body = JSON.stringify({ ...personBody(key), title: key });
  return {
    entry,
    method: 'POST',
    path: users,
    body,
    status: 201,
    becomes: { active: true, title: key },
  };
}

/** Sends a write until it reached a server that was there, and writes down what became of it. */
async function deliver(
  connection: Connection,
  write: Write,
  ledger: Ledger,
  stop: AbortSignal,
): Promise<void> {
  const { entry, method, path, status, becomes } = write;
  while (!stop.aborted) {
    const answer = await connection.send(write).catch((error: unknown) => error);
    if (isRefused(answer)) {
      await sleep(whileDownMs);
      continue;
    }
    if (answer instanceof Error || !isAnswer(answer) || answer.status >= 500) {
      entry.possible = { state: becomes };
      ledger.unanswered += 1;
    } else if (answer.status === status) {
      if (method === 'POST') entry.id = idIn(answer.text);
      entry.certain = becomes;
      ledger.acknowledged += 1;
    } else {
      entry.possible = { state: becomes };
      ledger.wrong.push(
        `${method} ${path}: ${answer.status}, not ${status}: ${answer.text.slice(0, 300)}`,
      );
    }
    return;
  }
}

/** Nobody listened: the request was never sent. */
function isRefused(answer: unknown): boolean {
  return answer instanceof Error && 'code' in answer && answer.code === 'ECONNREFUSED';
}

function isAnswer(answer: unknown): answer is { readonly status: number; readonly text: string } {
  return typeof answer === 'object' && answer !== null && 'status' in answer;
}

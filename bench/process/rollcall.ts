/** Rollcall as `npm start` runs it: a process of its own, with its own PostgreSQL and store. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanName } from '../../devstore/plans.ts';
import type { Target } from '../load/job.ts';
import { endChild, printed } from './child.ts';

/** Where a Rollcall keeps its data and listens; the same place may be started many times. */
export interface Place {
  readonly dataDir: string;
  readonly port: number;
  readonly storePort: number;
  readonly lmsPort: number;
  readonly plan: PlanName;
  /** Flags for Node, before the script. */
  readonly flags?: readonly string[];
}

/** A process that was started, and may not be ready yet. */
export interface Starting {
  readonly pid: number;
  readonly ready: Promise<RollcallProcess>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A Rollcall that answers. */
export interface RollcallProcess {
  readonly pid: number;
  readonly target: Target;
  readonly storeOrigin: string;
  readonly lmsOrigin: string;
  /** What it says itself, from its first line of code on. */
  readonly readyMs: number;
  /** From the start of the process to that line, as whoever started it sees it. */
  readonly startedMs: number;
  /** What it complained about so far. */
  complaints(): string;
  end(signal: NodeJS.Signals): Promise<void>;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts Rollcall without waiting for it. */
export function spawnRollcall(place: Place): Starting {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...(place.flags ?? []), main], {
    env: {
      PATH: process.env.PATH,
      PORT: String(place.port),
      ROLLCALL_DATA_DIR: place.dataDir,
      ROLLCALL_DEVSTORE_PORT: String(place.storePort),
      ROLLCALL_DEVSTORE_PLAN: place.plan,
      ROLLCALL_DEVLMS_PORT: String(place.lmsPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Rollcall could not be started');
  const end = (signal: NodeJS.Signals) => endChild(child, signal);
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const ready = printed(child, /^Ready in \d+ ms$/m).then((output): RollcallProcess => {
    const line = (name: string) => new RegExp(`^${name}:? (.+)$`, 'm').exec(output)?.[1] ?? '';
    return {
      pid,
      target: targetOf(line('SCIM base URL'), line('Authorization')),
      storeOrigin: line('Development store'),
      lmsOrigin: line('Development LMS'),
      readyMs: Number.parseInt(line('Ready in'), 10),
      startedMs: performance.now() - startedAt,
      complaints: () => complaints,
      end,
    };
  });
  ready.catch(() => undefined); // whoever kills it while it starts does not wait for it
  return { pid, ready, end };
}

function targetOf(baseUrl: string, authorization: string): Target {
  const { origin, pathname } = new URL(baseUrl);
  return { origin, basePath: pathname, authorization };
}

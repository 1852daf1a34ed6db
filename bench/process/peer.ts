import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Target } from '../load/job.ts';
import { endChild, printed } from './child.ts';
import { freePort } from './free-port.ts';

/** The peer, running. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly target: Target;
}

/** Starts the peer in production mode, which is what makes Express fast. */
export async function startPeer(): Promise<Peer> {
  const token = randomBytes(16).toString('hex');
  const port = await freePort();
  const script = fileURLToPath(new URL('../peer/server.ts', import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PEER_TOKEN: token,
      PEER_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await printed(child, /^Ready$/m);
  return {
    pid: child.pid ?? 0,
    target: {
      origin: `http://127.0.0.1:${port}`,
      basePath: '/scim/v2',
      authorization: `Bearer ${token}`,
    },
    [Symbol.asyncDispose]: () => endChild(child, 'SIGTERM'),
  };
}

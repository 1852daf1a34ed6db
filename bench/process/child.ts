import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';

/**
 * Collects what a child prints until it has printed a line that matches.
 * @throws with what it printed when it ends before
 */
export async function printed(child: ChildProcess, line: RegExp): Promise<string> {
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (line.test(output)) resolve(output);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`ended (${signal ?? code}) before it was ready:\n${output}`)),
    );
  });
}

/** Ends a child by a signal and waits until it is gone; one that is gone already is left in peace. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Resident memory of one process in bytes, without its children. */
export function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** What tests of a process share, such as a running Rollcall, is closed at its end: after the tests of its file. */
import { after } from 'node:test';

const closing: (() => Promise<void>)[] = [];
let ended = false;
let outlives = false;

/** Has something done at the end; what is told of last is done first. */
export function atEnd(close: () => Promise<void>): void {
  closing.unshift(close);
}

/** Whether the end has come: from now on nothing is kept for others. */
export function hasEnded(): boolean {
  return ended;
}

/**
 * Has what is shared outlive the tests of a file, for those of the next in this process.
 * @returns ends it; to be called after the last file
 */
export function outliveFiles(): () => Promise<void> {
  outlives = true;
  return end;
}

async function end(): Promise<void> {
  ended = true;
  for (const close of closing.splice(0)) await close();
}

// Where no test runs, as in a benchmark, the runner would tell of none.
const runsTests =
  process.env.NODE_TEST_CONTEXT !== undefined || /\.test\.ts$/.test(process.argv[1] ?? '');

// With several files in a process this comes after the first of them.
if (runsTests)
  after(async () => {
    if (!outlives) await end();
  });

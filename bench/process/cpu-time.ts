import { readdir, readFile } from 'node:fs/promises';

/** The kernel counts in hundredths of a second on every Linux Node runs on (sysconf _SC_CLK_TCK). */
const ticksPerSecond = 100;

/** Of one process: its parent, and what it has used. */
interface Usage {
  readonly parent: number;
  readonly seconds: number;
}

/** Seconds of processor time a process has used itself; `NaN` where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  return (await usageOf(String(pid)))?.seconds ?? Number.NaN;
}

/** The same of a process with its children, which is what a PostgreSQL is made of. */
export async function cpuSecondsWithChildren(pid: number): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(usageOf));
  const children = all.filter((usage) => usage?.parent === pid);
  return children.reduce((sum, usage) => sum + (usage?.seconds ?? 0), await cpuSeconds(pid));
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime are fields 14 and 15. */
async function usageOf(pid: string): Promise<Usage | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is a name in parentheses, which may contain anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
}

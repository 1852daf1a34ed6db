/** Files that somebody has written for a command, and those it writes. */
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { UsageError } from './context.ts';

/** The text of a file. Throws `UsageError`. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

/** What a file says. Throws `UsageError`. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${messageOf(error)}`);
  }
}

/**
 * Writes a file, in the place of one that is there: it is there whole, or as it was before. Throws `UsageError` where
 * that cannot be.
 */
export async function writeText(file: string, pieces: AsyncIterable<string>): Promise<void> {
  try {
    const place = await realpath(file).catch(() => file);
    const before = await stat(place).catch(() => null);
    // What is no file, as /dev/stdout, is written to and not replaced.
    if (before !== null && !before.isFile()) return await writeFile(place, pieces);
    await writeWhole(place, pieces, before?.mode ?? 0o666);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UsageError(`${file} cannot be written: ${error.message}`);
  }
}

async function writeWhole(
  place: string,
  pieces: AsyncIterable<string>,
  mode: number,
): Promise<void> {
  const beside = `${place}.${process.pid}.part`;
  try {
    await writeFile(beside, pieces, { mode });
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

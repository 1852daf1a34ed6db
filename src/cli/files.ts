/** Files that somebody has written for a command, and those it writes. */
import { readFile, writeFile } from 'node:fs/promises';
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

/** Writes a file, in the place of one that is there. Throws `UsageError` where that cannot be. */
export async function writeText(file: string, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await writeFile(file, pieces);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UsageError(`${file} cannot be written: ${error.message}`);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

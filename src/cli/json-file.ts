/** Files that somebody has written for a command. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './context.ts';

/** What a file says. Throws `UsageError`. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read as JSON: ${message}`);
  }
}

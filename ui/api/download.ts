/** Files that the admin API makes. A link could not carry the ID token, so they are fetched and then handed over. */
import { ApiError } from './client.ts';

/** Fetches a file from a path below `/api` as it comes, however long that takes, and has the browser save it. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(`/api${path}`).catch(() => {
    throw new ApiError('Rollcall cannot be reached. Is it running?', null);
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    const detail = problem?.detail ?? `Rollcall answered with ${response.status}.`;
    throw new ApiError(detail, response.status);
  }
  saveFile(await response.blob(), name);
}

/** Has the browser save a file. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

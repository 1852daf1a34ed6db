/** Saves what the admin API gives out as a file: by `fetch`, which embedded carries the ID token. */
import { ApiError } from '../api/client.ts';

/** Fetches a path below `/api` and saves it under a name. Throws `ApiError`. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(`/api${path}`).catch(() => null);
  if (response === null) throw new ApiError('Rollcall cannot be reached. Is it running?', null);
  if (!response.ok)
    throw new ApiError(`Rollcall answered with ${response.status}.`, response.status);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

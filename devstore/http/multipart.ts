/** `multipart/form-data` as it comes in, never all of it in memory. RFC 7578, RFC 2046 §5.1 */

export type MultipartEvent =
  | { readonly kind: 'part'; readonly name: string }
  /** Some bytes of the part begun last. */
  | { readonly kind: 'data'; readonly bytes: Buffer };

/** What is wrong with a form that cannot be read. */
export class MultipartError extends Error {}

const maximumHead = 16 * 1024;

/** The boundary named in a `Content-Type`, or undefined when it is none of a form's. */
export function multipartBoundary(contentType: string): string | undefined {
  const match = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(
    contentType,
  );
  return match?.[1] ?? match?.[2];
}

/** The parts and their bytes in the order they come; ends with the closing boundary. */
export async function* readMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<MultipartEvent> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line break before it; this is the one it is found by.
  let pending: Buffer = Buffer.from('\r\n');
  let place: 'before' | 'head' | 'body' | 'after' = 'before';
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let moved = true; moved && place !== 'after'; ) {
      const next: Reading = place === 'head' ? readHead(pending) : readBody(pending, delimiter);
      if (place !== 'before') yield* next.events;
      moved = next.place !== null;
      place = next.place ?? place;
      pending = next.rest;
    }
  }
  if (place !== 'after') throw new MultipartError('The form ends before its closing boundary');
}

interface Reading {
  readonly events: readonly MultipartEvent[];
  /** Where the rest begins; null while more has to come first. */
  readonly place: 'head' | 'body' | 'after' | null;
  readonly rest: Buffer;
}

function readHead(pending: Buffer): Reading {
  const end = pending.indexOf('\r\n\r\n');
  if (end === -1) {
    if (pending.length > maximumHead) throw new MultipartError('The head of a part is too long');
    return { events: [], place: null, rest: pending };
  }
  const head = pending.subarray(0, end).toString('utf8');
  const name = /^content-disposition:[^\r\n]*[;\s]name="([^"]*)"/im.exec(head)?.[1];
  if (name === undefined) throw new MultipartError('A part has no name');
  return { events: [{ kind: 'part', name }], place: 'body', rest: pending.subarray(end + 4) };
}

function readBody(pending: Buffer, delimiter: Buffer): Reading {
  const at = pending.indexOf(delimiter);
  // What could be the beginning of a boundary waits for the next chunk, with the two bytes after it.
  const safe = at === -1 ? Math.max(0, pending.length - delimiter.length - 2) : at;
  const after = at + delimiter.length;
  const events = dataEvents(pending.subarray(0, safe));
  if (at === -1 || pending.length < after + 2)
    return { events, place: null, rest: pending.subarray(safe) };
  const closes = pending.subarray(after, after + 2).toString('latin1') === '--';
  return { events, place: closes ? 'after' : 'head', rest: pending.subarray(after) };
}

function dataEvents(bytes: Buffer): readonly MultipartEvent[] {
  return bytes.length === 0 ? [] : [{ kind: 'data', bytes }];
}

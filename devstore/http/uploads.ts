/**
 * `POST /staged-uploads`: takes in a file for which `stagedUploadsCreate` made a target, as a signed
 * form of Google Cloud Storage is taken in: every parameter, then the file, last. Refusals are that
 * service's XML.
 * https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import { timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../../standin/exchange.ts';
import type { Shop } from '../shop/shop.ts';
import {
  dropContent,
  findTarget,
  finishUpload,
  maximumFileSize,
  type UploadBlock,
  type UploadTarget,
  writeBlock,
} from '../shop/staged-uploads.ts';
import { LineBlocks } from './line-blocks.ts';
import {
  MultipartError,
  type MultipartEvent,
  multipartBoundary,
  readMultipart,
} from './multipart.ts';

/** A refusal as the storage service words it. */
export class UploadRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const maximumField = 64 * 1024;

/** A file taken in, to be told to its sender. */
export interface TakenUpload {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** Takes the file in; all of it is written down once this resolves. */
export async function takeUpload(shop: Shop, { request }: Exchange): Promise<TakenUpload> {
  const boundary = multipartBoundary(request.headers['content-type'] ?? '');
  if (boundary === undefined)
    throw new UploadRefusal(400, 'InvalidArgument', 'The request is not multipart/form-data.');
  const events = readMultipart(request, boundary);
  const form = await readForm(events);
  const target = acceptedTarget(shop, form);
  return { key: target.key, size: await storeFile(shop, target, events) };
}

/** The answer asked for with `success_action_status: 201`. */
export function sendTaken({ live }: Shop, { response }: Exchange, { key }: TakenUpload): void {
  const location = escapeXml(`${live.origin}/${key}`);
  const place = `<Location>${location}</Location><Bucket>store</Bucket><Key>${escapeXml(key)}</Key>`;
  sendXml(response, 201, `<PostResponse>${place}</PostResponse>`);
}

export function sendRefusal(
  { response }: Exchange,
  { status, code, message }: UploadRefusal,
): void {
  // What is left of the form is not read.
  response.setHeader('Connection', 'close');
  sendXml(
    response,
    status,
    `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`,
  );
}

/** The fields up to the file; what comes after it would not count. */
async function readForm(events: AsyncGenerator<MultipartEvent>): Promise<Map<string, string>> {
  const form = new Map<string, string>();
  let name = '';
  let size = 0;
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value;
      if (event.kind === 'part') {
        if (event.name === 'file') return form;
        name = event.name;
        form.set(name, '');
      } else {
        size += event.bytes.length;
        if (size > maximumField)
          throw new UploadRefusal(400, 'MaxPostPreDataLengthExceeded', 'The fields are too large.');
        form.set(name, `${form.get(name) ?? ''}${event.bytes.toString('utf8')}`);
      }
    }
  } catch (error) {
    throw error instanceof MultipartError ? malformed(error) : error;
  }
  throw new UploadRefusal(400, 'InvalidArgument', 'The form has no field "file" after the others.');
}

function acceptedTarget(shop: Shop, form: ReadonlyMap<string, string>): UploadTarget {
  const key = form.get('key');
  if (key === undefined) throw missing('key');
  const target = findTarget(shop.database, key);
  if (!target) throw new UploadRefusal(403, 'AccessDenied', 'There is no policy for this key.');
  for (const { name, value } of target.parameters) refuseOther(name, value, form.get(name));
  if (shop.now() >= target.expiresAt)
    throw new UploadRefusal(400, 'ExpiredToken', 'The policy has expired.');
  return target;
}

function refuseOther(name: string, wanted: string, given: string | undefined): void {
  if (given === undefined) throw missing(name);
  if (isSame(wanted, given)) return;
  if (name === 'x-goog-signature')
    throw new UploadRefusal(
      403,
      'SignatureDoesNotMatch',
      'Access denied. The signature does not match the policy.',
    );
  throw new UploadRefusal(
    400,
    'InvalidPolicyDocument',
    `The content of the form does not meet the conditions of the policy document: ${name}.`,
  );
}

function malformed({ message }: MultipartError): UploadRefusal {
  return new UploadRefusal(400, 'MalformedPOSTRequest', `${message}.`);
}

function missing(name: string): UploadRefusal {
  return new UploadRefusal(400, 'InvalidPolicyDocument', `The form has no field "${name}".`);
}

function isSame(wanted: string, given: string): boolean {
  const [one, other] = [Buffer.from(wanted), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Writes the file down as it comes; what is cut off leaves nothing behind. */
async function storeFile(
  { database }: Shop,
  { key }: UploadTarget,
  events: AsyncGenerator<MultipartEvent>,
): Promise<number> {
  const contentId = database.nextId('upload');
  const blocks = new LineBlocks();
  let size = 0;
  let sequence = 0;
  const write = (block: UploadBlock | undefined): void => {
    if (!block) return;
    writeBlock(database, { contentId, sequence }, block);
    sequence += 1;
  };
  try {
    for await (const bytes of fileEvents(events)) {
      size += bytes.length;
      // What is too large is never run: its size is all that has to be known.
      if (size <= maximumFileSize) write(blocks.add(bytes));
    }
    write(blocks.end());
  } catch (error) {
    dropContent(database, contentId);
    throw error instanceof MultipartError ? malformed(error) : error;
  }
  if (size > maximumFileSize) dropContent(database, contentId);
  finishUpload(database, key, { contentId, size, lines: blocks.lines });
  return size;
}

/** The bytes of the part begun; parts after it are read and forgotten. */
async function* fileEvents(events: AsyncGenerator<MultipartEvent>): AsyncGenerator<Buffer> {
  let isFile = true;
  for await (const event of events) {
    if (event.kind === 'part') isFile = false;
    else if (isFile) yield event.bytes;
  }
}

function sendXml(response: Exchange['response'], status: number, body: string): void {
  const text = `<?xml version='1.0' encoding='UTF-8'?>${body}`;
  response.writeHead(status, {
    'Content-Type': 'application/xml; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

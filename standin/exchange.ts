/** Reading requests and writing answers, on plain `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** Shopify's own limit on a request's body; a Moodle takes no more either. */
const maximumBody = 10 * 1024 * 1024;

/** An error that is an answer: its status and what the body says. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The whole body; one that is too long is refused as soon as it is. */
export function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maximumBody)
        reject(new HttpError(413, { errors: 'The request body is too large' }));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new HttpError(400, { errors: 'The request body is not valid JSON' });
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(text);
}

/** Waits; when an exchange is given, no longer than its client does. */
export async function pause(milliseconds: number, exchange?: Exchange): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    exchange?.request.socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Requests that SCIM is not asked by, refused before anything is done. */
import type { FastifyRequest } from 'fastify';
import { invalidSyntax, ScimError } from '../scim/error.ts';
import { mediaType } from './scim-media.ts';

/** Throws 406 or 400 for a request that could only be answered otherwise than its client expects. */
export function refuseForeign({ headers }: FastifyRequest): void {
  if (!accepts(headers.accept)) {
    throw new ScimError(406, `Answers are ${mediaType}: accept that (RFC 7644 §3.8).`);
  }
  if (headers['x-http-method-override'] !== undefined) {
    throw invalidSyntax('X-HTTP-Method-Override is not followed: send the method itself.');
  }
}

const acceptable: ReadonlySet<string> = new Set([
  mediaType,
  'application/json',
  'application/*',
  '*/*',
]);

/** Whether one of the media ranges has our media type in it (RFC 9110 §12.5.1). */
function accepts(header: string | undefined): boolean {
  if (header === undefined || header === '*/*' || header.trim() === '') return true;
  return header.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return (
      acceptable.has(name) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
    );
  });
}

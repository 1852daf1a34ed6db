/** Failures of the admin API in the form of RFC 9457 (`application/problem+json`). */
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Undecidable } from '../courses/decisions.ts';

/** What is wrong with one field of a request, and how to mend it. */
export interface Fault {
  /** The field as the client wrote it; empty for the body as a whole. */
  readonly field: string;
  readonly detail: string;
}

/** Each kind of problem with its status: the last part of `type` (RFC 9457 §3.1.1). */
const kinds = {
  'invalid-json': 400,
  'invalid-input': 400,
  'bad-request': 400,
  'sign-in-needed': 401,
  'session-needed': 401,
  'wrong-password': 401,
  'token-needed': 401,
  'not-signed': 401,
  'id-token-wrong': 401,
  'not-loopback': 403,
  'cross-site': 403,
  'shop-unknown': 403,
  'not-found': 404,
  'admin-off': 404,
  'metrics-off': 404,
  'webhooks-off': 404,
  'mail-off': 404,
  'too-many-tokens': 409,
  'too-many-schemas': 409,
  'too-many-sources': 409,
  'source-owns-people': 409,
  'policy-exists': 409,
  'assigned-otherwise': 409,
  'destination-in-use': 409,
  'would-change-many': 409,
  'account-held': 409,
  suspended: 409,
  undecidable: 409,
  'body-too-large': 413,
  'not-json': 415,
  'too-many-attempts': 429,
  'too-many-streams': 429,
  unexpected: 500,
  'destination-failed': 502,
  'not-ready': 503,
  busy: 503,
} as const;

/** A kind of problem. */
export type ProblemKind = keyof typeof kinds;

/** A failure whose `detail` is a sentence for the person who asked. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly faults: readonly Fault[];
  /** Members of its own (RFC 9457 §3.2). */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    faults: readonly Fault[] = [],
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.kind = kind;
    this.faults = faults;
    this.members = members;
  }

  get status(): number {
    return kinds[this.kind];
  }
}

/** 404 for what is not there, or belongs to somebody else: the answer does not tell which. */
export function notFound(detail: string): Problem {
  return new Problem('not-found', detail);
}

/** Fastify's error handler: every failure becomes a problem; what nobody foresaw tells nothing. */
export function sendProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = problemOf(error);
  if (known === null)
    request.log.error(
      { err: error, requestId: request.id },
      'an admin request failed unexpectedly',
    );
  const problem = known ?? unexpected(request.id);
  if (problem.status === 401) reply.header('www-authenticate', challengeOf(problem));
  // App Bridge asks again with a new token.
  if (problem.kind === 'id-token-wrong')
    reply.header('x-shopify-retry-invalid-session-request', '1');
  const { retryAfterSeconds = problem.status === 429 ? 60 : null } = problem.members;
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  // A buffer, as a text would have `; charset=utf-8` appended to its media type.
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(bodyOf(problem, request.id))));
}

function challengeOf({ kind }: Problem): string {
  if (kind === 'token-needed') return 'Bearer realm="Rollcall metrics"';
  // One that no browser has a window of its own for.
  if (kind === 'session-needed' || kind === 'wrong-password') return 'Session realm="Rollcall"';
  if (kind === 'id-token-wrong') return 'Bearer realm="Rollcall", error="invalid_token"';
  return kind === 'not-signed' ? 'Shopify-Hmac-Sha256' : 'Basic realm="Rollcall", charset="UTF-8"';
}

function bodyOf({ kind, status, message, faults, members }: Problem, requestId: string) {
  return {
    ...members,
    type: `urn:problem-type:rollcall:${kind}`,
    title: STATUS_CODES[status],
    status,
    detail: message,
    instance: `urn:uuid:${requestId}`,
    ...(faults.length === 0 ? {} : { errors: faults }),
  };
}

function unexpected(requestId: string): Problem {
  const detail = `Something went wrong here. Quote the request id ${requestId} when you report it.`;
  return new Problem('unexpected', detail);
}

function problemOf(error: FastifyError | Error): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof Undecidable) return new Problem('undecidable', error.message);
  const code = 'code' in error ? error.code : undefined;
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem('body-too-large', 'The body is larger than 1 MiB: send less at once.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem('not-json', 'Send the body as application/json.');
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new Problem(
      'invalid-json',
      'The body is not JSON that can be read: send one JSON object.',
    );
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('bad-request', error.message);
  return null;
}

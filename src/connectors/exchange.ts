/** One exchange with a remote service over HTTP: within its time, and never sent on to another address. */
import type { ConnectorIo } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';

/** An answer, read. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` where the text is no JSON. */
  readonly json: unknown;
}

/** Whom is asked, for messages, and whether the request may have taken effect where no answer comes. */
export interface Asking {
  readonly who: string;
  readonly unknownOutcome: boolean;
}

/**
 * Sends a request and reads what comes, whatever its status.
 * @throws `DestinationError` (transient) where no answer comes
 */
export async function exchange(
  url: string,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  asking: Asking,
  { fetch, requestMs }: Pick<ConnectorIo, 'fetch' | 'requestMs'>,
): Promise<Exchanged> {
  try {
    const signal = AbortSignal.timeout(requestMs);
    const response = await fetch(url, { ...init, signal, redirect: 'manual' });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  } catch (cause) {
    throw unanswered(asking, cause);
  }
}

/** What came is no answer. */
export function unanswered({ who, unknownOutcome }: Asking, cause: unknown): DestinationError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const said = reason instanceof Error ? reason.message : String(reason);
  return new DestinationError('transient', `${who} did not answer: ${said}`, {
    cause,
    unknownOutcome,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

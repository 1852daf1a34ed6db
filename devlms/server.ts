/**
 * The development LMS: a server that stands in for a Moodle site, reached over HTTP only. It keeps
 * state, refuses what Moodle refuses and can be told to fail.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type Exchange, HttpError, sendJson } from '../standin/exchange.ts';
import { isLoopback, listen, stopListening } from '../standin/listening.ts';
import { pageIn, servePage } from '../standin/pages.ts';
import { Faults } from './faults.ts';
import { sendNotFound } from './http/html.ts';
import { isScript, serveMoodle } from './http/moodle.ts';
import type { DevLmsOptions } from './options.ts';
import { openDatabase } from './site/database.ts';
import { furnish, install } from './site/install.ts';
import type { Site } from './site/site.ts';
import { Stats } from './stats.ts';

/** An LMS that listens. */
export interface DevLms {
  /** `http://127.0.0.1:3002` */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** What the endpoints have their hands on. */
export interface LmsParts {
  readonly site: Site;
  readonly faults: Faults;
  readonly stats: Stats;
}

const page = pageIn(new URL('./page/', import.meta.url), /^\/(?:courses\/\d+|users)?$/);

/** Starts an LMS; it listens when the promise resolves and keeps its state in `options.data`. */
export async function startDevLms(options: DevLmsOptions): Promise<DevLms> {
  const lms = assemble(options);
  const log = options.log ?? (() => undefined);
  const server = createServer((request, response) => {
    const exchange: Exchange = { request, response, url: targetOf(request) };
    serve(lms, exchange).catch((error: unknown) => answerFailure(exchange, error, log));
  });
  const { database, live } = lms.site;
  try {
    live.origin = await listen(server, options);
  } catch (error) {
    database.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await stopListening(server);
    database.close();
  };
  return { origin: live.origin, close };
}

function assemble({ data, token, now = Date.now }: DevLmsOptions): LmsParts {
  const site: Site = {
    database: openDatabase(data),
    now,
    live: { origin: '', lastUserId: 0 },
  };
  site.database.transaction(() => {
    install(site);
    if (token !== undefined) furnish(site, token);
  });
  return { site, faults: new Faults(), stats: new Stats(now) };
}

/** A path with too many slashes at its beginning would be taken for a host. */
function targetOf({ url = '/' }: IncomingMessage): URL {
  return new URL(url.replace(/^\/+/, '/'), 'http://lms.invalid');
}

async function serve(lms: LmsParts, exchange: Exchange): Promise<void> {
  const path = exchange.url.pathname;
  if (isScript(path)) return serveMoodle(lms, exchange);
  if (!isLoopback(exchange.request))
    throw new HttpError(403, { errors: 'This part of the LMS is for this machine only' });
  if (path.startsWith('/_dev/')) {
    // Loaded when somebody asks for it: it would be a fifth of what a start costs.
    const { serveControl } = await import('./http/control.ts');
    return serveControl(lms, exchange);
  }
  if (!servePage(page, exchange)) sendNotFound(exchange.response, path);
}

function answerFailure(
  { request, response }: Exchange,
  error: unknown,
  log: (message: string) => void,
): void {
  if (response.headersSent || response.destroyed) {
    request.socket.destroy();
  } else if (error instanceof HttpError) {
    sendJson(response, error.status, error.body);
  } else {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    sendJson(response, 500, { errors: 'The development LMS failed; its log says why' });
  }
}

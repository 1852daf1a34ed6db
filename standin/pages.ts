/** The page of a stand-in: a handful of static files; what they show comes from its control API. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Exchange, HttpError } from './exchange.ts';

/** The look of every page and its tools. */
const shared = new URL('./page/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What a page consists of. */
export interface Page {
  /** Paths the page draws itself, from the one HTML file. */
  readonly paths: RegExp;
  /** By name, the files there are: nothing else is ever read. */
  readonly files: ReadonlyMap<string, URL>;
  /** The origin whose pages are shown inside this one; left out: nobody's. */
  readonly frames?: string | null;
}

/** A page of the files in `folder` and those all stand-ins share. */
export function pageIn(folder: URL, paths: RegExp): Page {
  const files = [shared, folder].flatMap((place) =>
    readdirSync(place).map((name): [string, URL] => [name, new URL(name, place)]),
  );
  return { paths, files: new Map(files) };
}

/** Answers with a file of the page; says whether there is one. */
export function servePage(
  { paths, files, frames }: Page,
  { request, response, url }: Exchange,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpError(405, { errors: 'Method Not Allowed' });
  const name = paths.test(url.pathname)
    ? 'index.html'
    : (/^\/(?:page|_shopifycloud)\/([\w-]+\.\w+)$/.exec(url.pathname)?.[1] ?? '');
  const file = files.get(name);
  if (!file) return false;
  const body = readFileSync(file);
  response.writeHead(200, {
    'Content-Type': types[name.split('.').pop() ?? ''] ?? 'application/octet-stream',
    'Content-Length': body.length,
    'Content-Security-Policy': `default-src 'self'; frame-src ${frames ?? "'none'"}; frame-ancestors 'none'; base-uri 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

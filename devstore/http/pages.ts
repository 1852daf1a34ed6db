/** The store's page: a handful of static files; what they show comes from the control API. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Exchange, HttpError } from '../../standin/exchange.ts';

const folder = new URL('../page/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Paths the page draws itself, from the one HTML file. */
const pagePaths = /^\/(?:customers\/(?:new|\d+)|orders(?:\/\d+)?|store|checkout)?$/;

export function servePage({ request, response, url }: Exchange): void {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpError(405, { errors: 'Method Not Allowed' });
  const file = pagePaths.test(url.pathname) ? 'index.html' : assetName(url.pathname);
  const body = readFileSync(new URL(file, folder));
  response.writeHead(200, {
    'Content-Type': types[file.split('.').pop() ?? ''] ?? 'application/octet-stream',
    'Content-Length': body.length,
    'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The files there are: nothing else is ever read. */
const assets = new Set(readdirSync(folder));

function assetName(path: string): string {
  const name = /^\/page\/([\w-]+\.\w+)$/.exec(path)?.[1];
  if (name === undefined || !assets.has(name)) throw new HttpError(404, { errors: 'Not Found' });
  return name;
}

/** The LMS's page: a handful of static files, some of them the development store's. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { type Exchange, HttpError } from '../../standin/exchange.ts';
import { sendNotFound } from './html.ts';

const ours = new URL('../page/', import.meta.url);
const shared = new URL('../../devstore/page/', import.meta.url);

/** Where each file is: the look and the tools of the page are the same in both stand-ins. */
const files: Readonly<Record<string, URL>> = {
  'index.html': ours,
  'app.js': ours,
  'icon.svg': ours,
  'lms.css': ours,
  'parts.js': ours,
  'courses.js': ours,
  'course-page.js': ours,
  'enrolment-form.js': ours,
  'users.js': ours,
  'style.css': shared,
  'dialog.js': shared,
  'dom.js': shared,
  'store.js': shared,
};

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Paths the page draws itself, from the one HTML file. */
const pagePaths = /^\/(?:courses\/\d+|users)?$/;

/** Answers with a file of the page. */
export function servePage({ request, response, url }: Exchange): void {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpError(405, { errors: 'Method Not Allowed' });
  const name = pagePaths.test(url.pathname)
    ? 'index.html'
    : (/^\/page\/([\w-]+\.\w+)$/.exec(url.pathname)?.[1] ?? '');
  const folder = Object.hasOwn(files, name) ? files[name] : undefined;
  if (folder) sendFile(response, new URL(name, folder), request.method === 'GET');
  else sendNotFound(response, url.pathname);
}

function sendFile(response: ServerResponse, file: URL, isWanted: boolean): void {
  const body = readFileSync(file);
  response.writeHead(200, {
    'Content-Type': types[file.pathname.split('.').pop() ?? ''] ?? 'application/octet-stream',
    'Content-Length': body.length,
    'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  response.end(isWanted ? body : undefined);
}

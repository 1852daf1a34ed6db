/** Moodle's answers that are pages: what a client meets that is not where it thinks it is. */
import type { ServerResponse } from 'node:http';
import type { Settings } from '../site/settings.ts';

const htmlType = 'text/html; charset=utf-8';

/** A page as an answer. */
export interface HtmlAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly title: string;
  /** HTML; whatever is not ours in it has to be escaped. */
  readonly content: string;
}

/** Answers with a page. */
export function sendHtml(response: ServerResponse, answer: HtmlAnswer): void {
  const body = `<!DOCTYPE html>
<html lang="en" xml:lang="en">
    <head>
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
        <title>${escapeHtml(answer.title)}</title>
    </head>
    <body>
        <h1>${escapeHtml(answer.title)}</h1>
        <div>${answer.content}</div>
    </body>
</html>
`;
  response.writeHead(answer.status, {
    'Content-Type': htmlType,
    'Content-Length': Buffer.byteLength(body),
    ...answer.headers,
  });
  response.end(body);
}

/** Sends a browser elsewhere; the web service of another host name, too. */
export function sendRedirect(response: ServerResponse, location: string): void {
  const link = escapeHtml(location);
  sendHtml(response, {
    status: 303,
    headers: { Location: location },
    title: 'Redirect',
    content: `This page should automatically redirect. If nothing is happening please use the continue link below.<br /><a href="${link}">Continue</a>`,
  });
}

/** What everybody is answered while the site is down for maintenance by the command line. */
export function sendMaintenance(response: ServerResponse, { name }: Settings): void {
  sendHtml(response, {
    status: 503,
    headers: { 'Retry-After': '300' },
    title: `${name} under maintenance`,
    content: 'The site is undergoing maintenance and is currently not available',
  });
}

/** Where a protocol is switched off nothing is said at all. */
export function sendForbidden(response: ServerResponse): void {
  response.writeHead(403, { 'Content-Type': htmlType, 'Content-Length': 0 });
  response.end();
}

/** The web server's own answer: Moodle is not asked. */
export function sendNotFound(response: ServerResponse, path: string): void {
  sendHtml(response, {
    status: 404,
    title: '404 Not Found',
    content: `<p>The requested resource <code class="url">${escapeHtml(path)}</code> was not found on this server.</p>`,
  });
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Every path that is Moodle's. */
import type { Exchange } from '../../standin/exchange.ts';
import type { LmsParts } from '../server.ts';
import { findCourse } from '../site/courses.ts';
import { settingsOf, wwwroot } from '../site/settings.ts';
import { sendHtml, sendMaintenance, sendNotFound, sendRedirect } from './html.ts';
import { serveLoginToken } from './login.ts';
import { serveRest } from './rest.ts';

type Serve = (lms: LmsParts, exchange: Exchange) => void | Promise<void>;

const scripts: Readonly<Record<string, Serve>> = {
  '/webservice/rest/server.php': serveRest,
  '/login/token.php': serveLoginToken,
  '/login/index.php': serveLoginPage,
  '/course/view.php': serveCourseLink,
};

/** Moodle's pages are PHP scripts; everything else here is the development LMS's own. */
export const isScript = (path: string): boolean => path.endsWith('.php');

/** Answers as the site at large does, and hands what is left to the script. */
export async function serveMoodle(lms: LmsParts, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const serve = Object.hasOwn(scripts, url.pathname) ? scripts[url.pathname] : undefined;
  if (!serve) return sendNotFound(response, url.pathname);
  const settings = settingsOf(lms.site);
  if (settings.maintenance === 'cli') return sendMaintenance(response, settings);
  const root = wwwroot(lms.site, settings);
  // Whoever follows this loses what they sent.
  if (request.headers.host !== new URL(root).host) return sendRedirect(response, root);
  await serve(lms, exchange);
}

/** A course asks whoever comes to log in, and comes back to itself. */
function serveCourseLink({ site }: LmsParts, { response, url }: Exchange): void {
  const settings = settingsOf(site);
  if (findCourse(site, Number(url.searchParams.get('id'))))
    sendRedirect(response, `${wwwroot(site, settings)}/login/index.php`);
  else
    sendHtml(response, {
      status: 404,
      title: `Error | ${settings.shortName}`,
      content: "Can't find data record in database table course.",
    });
}

function serveLoginPage({ site }: LmsParts, { response }: Exchange): void {
  const { name } = settingsOf(site);
  sendHtml(response, {
    status: 200,
    title: `Log in to the site | ${name}`,
    content:
      'A real site would ask who you are. The development LMS has nothing behind this page; <a href="/">its own</a> shows the courses.',
  });
}

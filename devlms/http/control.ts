/**
 * The control API below `/_dev/`: what a test or a person uses to look behind the counter, to act
 * as the site's staff, and to make the LMS fail. Described in this folder's README.
 */
import { parseBody } from '../../standin/body.ts';
import { type Exchange, HttpError, readJson, sendJson } from '../../standin/exchange.ts';
import type { LmsParts } from '../server.ts';
import { findCourse, saveCourse, siteCourseId } from '../site/courses.ts';
import { resetSite } from '../site/reset.ts';
import { changeSettings, settingsOf, wwwroot } from '../site/settings.ts';
import type { Site } from '../site/site.ts';
import { faultBody, siteBody } from './control-bodies.ts';
import { courseRoutes } from './control-courses.ts';
import { peopleRoutes } from './control-people.ts';

/** Answers one route; `parameter` is what the path has after the route. */
export type ControlRoute = (
  lms: LmsParts,
  exchange: Exchange,
  parameter: string,
) => object | Promise<object>;

const routes: Readonly<Record<string, ControlRoute>> = {
  ...courseRoutes,
  ...peopleRoutes,

  'GET faults': ({ faults }) => ({ faults: faults.list() }),
  'POST faults': async ({ faults }, { request }) =>
    faults.add(parseBody(faultBody, await readJson(request))),
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return { faults: [] };
  },

  'GET stats': ({ stats }) => stats.view(),
  'DELETE stats': ({ stats }) => {
    stats.reset();
    return stats.view();
  },

  'GET site': ({ site }) => siteView(site),
  'POST site': async ({ site }, { request }) => {
    const change = parseBody(siteBody, await readJson(request));
    const { name, shortName } = changeSettings(site, change);
    const course = findCourse(site, siteCourseId);
    if (course) saveCourse(site, { ...course, fullname: name, shortname: shortName });
    return siteView(site);
  },

  'POST reset': ({ site, faults, stats }) => {
    resetSite(site);
    faults.clear();
    stats.reset();
    return {};
  },
};

function siteView(site: Site): object {
  const settings = settingsOf(site);
  return { ...settings, wwwroot: wwwroot(site, settings) };
}

/** Answers a request of the control API. */
export async function serveControl(lms: LmsParts, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const [resource = '', ...rest] = url.pathname.slice('/_dev/'.length).split('/');
  const parameter = decodeURIComponent(rest.join('/'));
  const name = `${request.method} ${resource}${parameter === '' ? '' : '/{id}'}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!route) throw new HttpError(404, { errors: `There is no ${request.method} ${url.pathname}` });
  sendJson(response, 200, await route(lms, exchange, parameter));
}

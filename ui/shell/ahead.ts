/** Fetches the code of the page that the address names while that of the frame is still on its way. */
import { parse } from 'regexparam';
import { routes } from './routes.ts';

const path = location.pathname.replace(/^\/(app|admin\/[^/]+)\/?/, '/');

/** The page that the address names, left out where it names none. */
export const first = routes.find((route) => parse(route.path).pattern.test(path));

/** Its code; where it does not arrive, it is asked for once more. */
export const firstPage = first?.load().catch(first.load);

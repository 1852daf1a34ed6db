/** Addresses of pictures, which every answer about people or courses has. */
import { type Settings, wwwroot } from '../site/settings.ts';
import type { Site } from '../site/site.ts';

/** Moodle puts the moment its theme was built last into every address. */
const revision = 1_795_460_639;

/** The picture of somebody without one. */
export const userPicture = (site: Site, settings: Settings, size: 'f1' | 'f2'): string =>
  `${wwwroot(site, settings)}/theme/image.php/boost/core/${revision}/u/${size}`;

/** The picture of a course without one. */
export const coursePicture = (site: Site, settings: Settings, courseId: number): string =>
  `${wwwroot(site, settings)}/pluginfile.php/${contextId(courseId)}/course/generated/course.svg`;

/** Contexts are counted beside courses: on a fresh site a course's is twelve further on. */
const contextId = (courseId: number): number => (courseId === 1 ? 2 : courseId + 12);

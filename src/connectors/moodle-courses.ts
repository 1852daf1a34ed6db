/** The courses of a site that our user can see, remembered for a while. */
import type { CatalogueEntry, CataloguePage } from '../provisioning/connector.ts';
import type { MoodleCourse, Send } from './moodle-web-service.ts';

const listedMs = 60_000;
/** Shorter: a course that was hidden since tells otherwise who is in it. */
const rememberedMs = 10_000;
const pageSize = 100;

/** The site itself is a course, too, in which nobody is enrolled. */
export const frontPage = 1;

/** Courses by their numbers; those that are missing are not there, or not for us to see. */
export interface CourseMemory {
  named(ids: readonly number[], send: Send): Promise<ReadonlyMap<number, MoodleCourse>>;
  /** A page of all of them, which Moodle gives at once. */
  page(after: string | null, send: Send): Promise<CataloguePage>;
}

/** Makes the memory of one site. What is not there is asked for each time: it may just have been made. */
export function courseMemory(now: () => number): CourseMemory {
  const known = new Map<number, { readonly course: MoodleCourse; readonly at: number }>();
  let all: { readonly courses: readonly MoodleCourse[]; readonly at: number } | null = null;

  const remember = (courses: readonly MoodleCourse[]) => {
    for (const course of courses) known.set(course.id, { course, at: now() });
  };

  return {
    async named(ids, send) {
      const wanted = [...new Set(ids)];
      const missing = wanted.filter((id) => {
        const one = known.get(id);
        return one === undefined || now() - one.at >= rememberedMs;
      });
      if (missing.length > 0) {
        for (const id of missing) known.delete(id);
        const { courses } = await send('core_course_get_courses_by_field', {
          field: 'ids',
          value: missing.join(','),
        });
        remember(courses);
      }
      return new Map(
        wanted.flatMap((id) => {
          const one = known.get(id);
          return one === undefined ? [] : [[id, one.course] as const];
        }),
      );
    },

    async page(after, send) {
      if (all === null || after === null || now() - all.at >= listedMs) {
        const { courses } = await send('core_course_get_courses_by_field', {});
        const picked = courses
          .filter(({ id }) => id !== frontPage)
          .toSorted((one, other) => one.id - other.id);
        all = { courses: picked, at: now() };
        remember(picked);
      }
      const rest = all.courses.filter(({ id }) => id > Number(after ?? 0));
      const page = rest.slice(0, pageSize);
      return {
        entries: page.map(entryOf),
        next: rest.length > page.length ? String(page.at(-1)?.id) : null,
      };
    },
  };
}

function entryOf({ id, fullname, shortname }: MoodleCourse): CatalogueEntry {
  return { membership: `course:${id}`, label: `${fullname} (${shortname})`, within: null };
}

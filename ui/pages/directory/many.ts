/** What is done to many users at once: one request each, so that whom it fails for is known by name. */
import { ask, sentenceOf } from '../../api/client.ts';
import { type Listed, nameOf, patchOf, type User, usersPath } from './directory.ts';

/** Somebody who was chosen. */
export interface Chosen {
  readonly id: string;
  readonly userName: string;
  readonly name: string;
}

/** What is kept of a user who is chosen. */
export const chosenFrom = (user: User): Chosen => ({
  id: user.id,
  userName: user.userName,
  name: nameOf(user),
});

/** More are not chosen at once. */
export const mostChosen = 2_000;

const perRequest = 500;

/** Everybody whom a search finds, as they are now; `path` is the tenant's. */
export async function everybodyFound(path: string, words: string): Promise<readonly Chosen[]> {
  const found = new Map<string, Chosen>();
  for (let startIndex = 1; ; ) {
    const { Resources = [], totalResults } = await ask<Listed<User>>(
      `${path}${usersPath(words, startIndex, perRequest)}`,
    );
    for (const user of Resources) found.set(user.id, chosenFrom(user));
    startIndex += Resources.length;
    if (Resources.length === 0 || startIndex > totalResults) return [...found.values()];
  }
}

/** Something that can be done to each. */
export interface Act {
  /** What was done, to go on after how many: `3 suspended`. */
  readonly done: string;
  /** The request, below the tenant. */
  readonly request: (user: Chosen) => {
    readonly path: string;
    readonly method: 'PATCH' | 'DELETE' | 'POST';
    readonly body?: object;
  };
}

const userPath = ({ id }: Chosen): string => `/directory/Users/${id}`;

const activeness =
  (value: boolean): Act['request'] =>
  (user) => ({
    path: userPath(user),
    method: 'PATCH',
    body: patchOf({ op: 'replace', path: 'active', value }),
  });

export const suspend: Act = { done: 'suspended', request: activeness(false) };
export const activate: Act = { done: 'activated', request: activeness(true) };
export const remove: Act = {
  done: 'deleted',
  request: (user) => ({ path: userPath(user), method: 'DELETE' }),
};
export const invite: Act = {
  done: 'invited',
  request: (user) => ({ path: `${userPath(user)}/invitation`, method: 'POST', body: {} }),
};

/** Puts each into a group. */
export const addTo = (groupId: string): Act => ({
  done: 'added',
  request: ({ id }) => ({
    path: `/directory/Groups/${groupId}`,
    method: 'PATCH',
    body: patchOf({ op: 'add', path: 'members', value: [{ value: id }] }),
  }),
});

/** How far it is. */
export interface Course {
  readonly total: number;
  readonly done: readonly Chosen[];
  readonly failed: readonly { readonly user: Chosen; readonly why: string }[];
  /** Links of those who were invited and to whom nothing was mailed. */
  readonly links: readonly { readonly user: Chosen; readonly url: string }[];
}

interface Invited {
  readonly url?: string;
  readonly mailedTo?: string | null;
}

/** As many at once leave the server room for others. */
const atOnce = 4;

/** Does it to one after the other, until `signal`; `told` hears after each how far it is. */
export async function doToEach(
  users: readonly Chosen[],
  { request }: Act,
  how: {
    readonly tenantPath: string;
    readonly signal: AbortSignal;
    readonly told: (course: Course) => void;
  },
): Promise<Course> {
  let course: Course = { total: users.length, done: [], failed: [], links: [] };
  const waiting = users.values();
  const work = async () => {
    for (const user of waiting) {
      if (how.signal.aborted) return;
      const { path, ...asking } = request(user);
      try {
        const answer = await ask<Invited | null>(`${how.tenantPath}${path}`, asking);
        const url = answer?.mailedTo === null ? answer.url : undefined;
        const links = url === undefined ? course.links : [...course.links, { user, url }];
        course = { ...course, done: [...course.done, user], links };
      } catch (error) {
        course = { ...course, failed: [...course.failed, { user, why: sentenceOf(error) }] };
      }
      how.told(course);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return course;
}

/** The links as comma-separated values; no name is taken for a formula by a spreadsheet. */
export function fileOf(links: Course['links']): string {
  const cell = (text: string) =>
    `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const lines = links.map(({ user, url }) => `${cell(user.userName)},${cell(url)}\r\n`);
  return `\ufeffuserName,link\r\n${lines.join('')}`;
}

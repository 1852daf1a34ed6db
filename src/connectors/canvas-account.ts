/** A person's account in Canvas's own form, and what is seen of a user. Pure. */
import { z } from 'zod';
import type {
  Account,
  Attributes,
  MappingRule,
  Observed,
  Refusal,
  Term,
} from '../provisioning/connector.ts';

/** An id. */
export const idForm = z.union([z.string(), z.number()]).transform(String);

/** A user; what our user may not see is missing. */
export const userForm = z.object({
  id: idForm,
  name: z.string().nullish(),
  sortable_name: z.string().nullish(),
  email: z.string().nullish(),
});

/** A login of a user, which is what is suspended, and what carries the SIS ID. */
export const loginForm = z.object({
  id: idForm,
  account_id: idForm,
  sis_user_id: z.string().nullish(),
  workflow_state: z.string().nullish(),
});

/** One of the rows by which a user is in a course: there is one for each section and role. */
export const enrolmentForm = z.object({
  id: idForm,
  course_id: idForm,
  course_section_id: idForm.nullish(),
  type: z.string(),
  enrollment_state: z.string(),
  start_at: z.string().nullish(),
  end_at: z.string().nullish(),
  sis_import_id: idForm.nullish(),
});

export type User = z.output<typeof userForm>;
export type Login = z.output<typeof loginForm>;
export type Enrolment = z.output<typeof enrolmentForm>;

/** Canvas has a whole name, and one to sort by. */
export const mapping: readonly MappingRule[] = [
  { to: 'name', from: ['displayName', 'name.formatted', 'userName'] },
  { to: 'given', from: 'name.givenName' },
  { to: 'family', from: 'name.familyName' },
];

const longest = 255;
const mailbox = /^[^\s@<>,;]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** The address in lower case; of `given` and `family` the name and the name to sort by are made. */
export function normalise(wanted: Account): { account: Account; refusals: readonly Refusal[] } {
  const email = wanted.email.replaceAll(/\s/g, '').toLowerCase();
  const refusals: Refusal[] = [];
  if (!mailbox.test(email) || email.length > longest)
    refusals.push({
      path: 'emails',
      message: `Canvas would not take ${wanted.email} as an e-mail address.`,
      optional: false,
    });
  return { account: { ...wanted, email, attributes: namesOf(wanted.attributes, email) }, refusals };
}

function namesOf({ name, given, family, sortable_name }: Attributes, email: string): Attributes {
  const first = text(given);
  const last = text(family);
  if (first !== null && last !== null)
    return { name: text(`${first} ${last}`), sortable_name: text(`${last}, ${first}`) };
  const whole = text(name?.replace(/(.)@.*$/, '$1')) ?? first ?? last;
  const toSortBy = text(sortable_name);
  const isOurs = [name, given, family].some((one) => one !== undefined);
  return {
    // Canvas wants a name of everybody.
    ...(isOurs ? { name: whole ?? email.slice(0, email.lastIndexOf('@')) } : {}),
    ...(toSortBy === null ? {} : { sortable_name: toSortBy }),
  };
}

function text(value: string | null | undefined): string | null {
  const plain = value?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim() ?? '';
  return plain === '' ? null : [...plain].slice(0, longest).join('').trim();
}

/** Whether an SIS ID is one of ours: a link's id. What else stands there, the school put there. */
export const isOurKey = (id: string): boolean =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id);

/** The SIS ID of a user, ours before others; `null` where no login has one. */
export function sisIdOf(logins: readonly Login[]): string | null {
  const ids = logins.flatMap(({ sis_user_id: id }) => (id == null || id === '' ? [] : [id]));
  return ids.find(isOurKey) ?? ids[0] ?? null;
}

const form = /^course:([1-9]\d{0,17})$/;

/** What memberships are here. */
export const membershipHelp =
  'course:<number> for a student of a course, the number being the one in the address of its page.';

/** What is wrong with a membership's text. */
export function complaintAbout(membership: string): string | null {
  return form.test(membership) ? null : 'must be course:<number>';
}

/** The courses that memberships are. */
export const coursesOf = (memberships: readonly string[]): readonly string[] =>
  memberships.flatMap((membership) => {
    const [, id] = form.exec(membership) ?? [];
    return id === undefined ? [] : [id];
  });

/** The membership of a course's students. */
export const membershipOf = (courseId: string): string => `course:${courseId}`;

/** Whether a row is of a student, and of this course. */
export const isStudentIn = (courseId: string) => (row: Enrolment) =>
  row.course_id === courseId && row.type === 'StudentEnrollment';

/** Whether a row stands and lets its student in now. Canvas counts the dates of a row only where there are both. */
function letsIn({ enrollment_state: state, ...row }: Enrolment, now: number): boolean {
  if (state !== 'active') return false;
  if (row.start_at == null || row.end_at == null) return true;
  return Date.parse(row.start_at) <= now && now < Date.parse(row.end_at);
}

const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const endOf = ({ start_at: start, end_at: end }: Enrolment): string | null =>
  start == null || end == null ? null : wholeSeconds(Date.parse(end));

/** Long ago: where only an end is due, a row needs a begin all the same. */
const everBefore = '2000-01-01T00:00:00Z';

/** The dates of a row: both or none. Without an end those of the course or its term count, so there are none. */
export function datesOf(term: Term | undefined): {
  readonly start_at: string | null;
  readonly end_at: string | null;
} {
  const until = term?.until ?? null;
  return until === null
    ? { start_at: null, end_at: null }
    : { start_at: term?.from ?? everBefore, end_at: until };
}

/** A user as the engine compares it, with those of the memberships asked about that are had at this moment. */
export function observe(
  user: User,
  { logins, rows }: { readonly logins: readonly Login[]; readonly rows: readonly Enrolment[] },
  { asked, now }: { readonly asked: readonly string[]; readonly now: number },
): Observed {
  const had = coursesOf(asked).flatMap((courseId) => {
    const open = rows.filter((row) => isStudentIn(courseId)(row) && letsIn(row, now));
    const ours = open.filter(({ sis_import_id: sis }) => sis == null);
    const ends = (ours.length > 0 ? ours : open).map(endOf);
    const end = ends.includes(null) ? null : (ends.toSorted().at(-1) ?? null);
    return open.length === 0 ? [] : [[membershipOf(courseId), end] as const];
  });
  const suspended = logins.filter(({ workflow_state: state }) => state === 'suspended').length;
  return {
    remoteId: user.id,
    key: sisIdOf(logins),
    email: user.email?.toLowerCase() ?? null,
    active: suspended === 0 ? true : suspended === logins.length ? false : null,
    attributes: { name: user.name ?? null, sortable_name: user.sortable_name ?? null },
    memberships: had.map(([membership]) => membership),
    ends: Object.fromEntries(had),
    erasing: false,
    version: null,
  };
}

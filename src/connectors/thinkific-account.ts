/** A person's account in Thinkific's own form, and what is seen of a user. Pure. */
import { z } from 'zod';
import type {
  Account,
  Attributes,
  MappingRule,
  Observed,
  Refusal,
  Term,
} from '../provisioning/connector.ts';

/** A user; whoever has no role is a student. */
export const userForm = z.object({
  id: z.number().transform(String),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  email: z.string().nullish(),
  roles: z.array(z.string()).nullish(),
});

/** The row by which a user is in a course. */
export const enrolmentForm = z.object({
  id: z.number().transform(String),
  course_id: z.number().transform(String),
  activated_at: z.string().nullish(),
  expiry_date: z.string().nullish(),
  expired: z.boolean().nullish(),
  is_free_trial: z.boolean().nullish(),
});

export type User = z.output<typeof userForm>;
export type Enrolment = z.output<typeof enrolmentForm>;

/** Thinkific wants both names of everybody: whoever has no such name is called by what else they are called. */
export const mapping: readonly MappingRule[] = [
  { to: 'first_name', from: ['name.givenName', 'displayName', 'userName'] },
  { to: 'last_name', from: ['name.familyName', 'displayName', 'userName'] },
];

const longest = 255;
const mailbox = /^[^\s@<>,;]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** The address in lower case, and both names, whatever else was mapped: no roles, among others. */
export function normalise(wanted: Account): { account: Account; refusals: readonly Refusal[] } {
  const email = wanted.email.replaceAll(/\s/g, '').toLowerCase();
  const refusals: Refusal[] = [];
  if (!mailbox.test(email) || email.length > longest)
    refusals.push({
      path: 'emails',
      message: `Thinkific would not take ${wanted.email} as an e-mail address.`,
      optional: false,
    });
  return { account: { ...wanted, email, attributes: namesOf(wanted.attributes, email) }, refusals };
}

function namesOf({ first_name: first, last_name: last }: Attributes, email: string): Attributes {
  const given = text(first) ?? text(last) ?? email.slice(0, email.lastIndexOf('@'));
  const filled = divided(given, text(last) ?? given);
  return {
    ...(first === undefined ? {} : { first_name: filled.first }),
    ...(last === undefined ? {} : { last_name: filled.last }),
  };
}

/** Where both are the whole name, it is divided between them. */
function divided(given: string, family: string): { readonly first: string; readonly last: string } {
  const cut = given.lastIndexOf(' ');
  if (given === family && cut > 0)
    return { first: given.slice(0, cut), last: given.slice(cut + 1) };
  return {
    first: given.endsWith(` ${family}`) ? given.slice(0, -family.length - 1) : given,
    last: family.startsWith(`${given} `) ? family.slice(given.length + 1) : family,
  };
}

/** A userName that is an address calls nobody by its domain. */
function text(value: string | null | undefined): string | null {
  const plain = (value ?? '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/(.)@.*$/, '$1');
  return plain === '' ? null : [...plain].slice(0, longest).join('').trim();
}

const form = /^course:([1-9]\d{0,14})$/;

/** What memberships are here. */
export const membershipHelp =
  'course:<number> for an enrolment in a course, the number being the one in the address of its page in the course builder.';

/** What is wrong with a membership's text. */
export function complaintAbout(membership: string): string | null {
  return form.test(membership) ? null : 'must be course:<number>';
}

/** The courses that memberships are. */
export const coursesOf = (memberships: readonly string[]): readonly string[] =>
  memberships.flatMap((membership) => form.exec(membership)?.[1] ?? []);

/** The membership of those enrolled in a course. */
export const membershipOf = (courseId: string): string => `course:${courseId}`;

/** Whether an enrolment lets its student in now; a free trial shows a part of a course only. */
export function letsIn(row: Enrolment, now: number): boolean {
  if (row.activated_at == null || row.is_free_trial === true || row.expired === true) return false;
  const isOver = row.expiry_date != null && Date.parse(row.expiry_date) <= now;
  return !isOver && Date.parse(row.activated_at) <= now;
}

/** ISO 8601 with whole seconds, as in `Term`. */
export const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The dates by which an enrolment lets in for a term. Both are always said: without the first it is a free trial. */
export function datesOf(
  term: Term | undefined,
  row: Enrolment | undefined,
  now: number,
): { readonly activated_at: string; readonly expiry_date: string | null } {
  // Lessons are released so many days after it, so what has begun does not begin again.
  const begun = [row?.activated_at, term?.from].find(
    (moment) => moment != null && Date.parse(moment) <= now,
  );
  return { activated_at: begun ?? wholeSeconds(now), expiry_date: term?.until ?? null };
}

/** Which of several rows in a course counts: one that lets in, else the last. */
export function rowIn(
  courseId: string,
  rows: readonly Enrolment[],
  now: number,
): Enrolment | undefined {
  const own = rows.filter((row) => row.course_id === courseId);
  return own.find((row) => letsIn(row, now)) ?? own.at(-1);
}

/** A user as the engine compares it, with those of the memberships asked about that are had at this moment. */
export function observe(
  user: User,
  rows: readonly Enrolment[],
  { asked, now }: { readonly asked: readonly string[]; readonly now: number },
): Observed {
  const had = coursesOf(asked).flatMap((courseId) => {
    const row = rowIn(courseId, rows, now);
    if (row === undefined || !letsIn(row, now)) return [];
    const end = row.expiry_date == null ? null : wholeSeconds(Date.parse(row.expiry_date));
    return [[membershipOf(courseId), end] as const];
  });
  return {
    remoteId: user.id,
    email: user.email?.toLowerCase() ?? null,
    attributes: {
      first_name: user.first_name ?? null,
      last_name: user.last_name ?? null,
      roles: user.roles?.join(' ') || null,
    },
    memberships: had.map(([membership]) => membership),
    ends: Object.fromEntries(had),
    erasing: false,
    version: null,
  };
}

/**
 * Moodle's web services, by the REST protocol (https://docs.moodle.org/dev/Web_services): a form with the
 * token in its body, JSON back, and status 200 whatever happens. Of a failure only `errorcode` counts: its
 * words are in the language of the site, and the name of its class differs between versions.
 */
import { z } from 'zod';
import type { Call, ConnectorIo } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type Asking, exchange, unanswered } from './exchange.ts';
import {
  type Called,
  exceptionFailure,
  MoodleException,
  named,
  statusFailure,
} from './moodle-failures.ts';

const user = z.object({
  id: z.number(),
  username: z.string().optional(),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  email: z.string().optional(),
  department: z.string().optional(),
  institution: z.string().optional(),
  city: z.string().optional(),
  country: z.string().optional(),
  lang: z.string().optional(),
  idnumber: z.string().optional(),
  suspended: z.boolean().optional(),
});

const course = z.object({
  id: z.number(),
  fullname: z.string(),
  shortname: z.string(),
  /** The enrolment methods that are on, by plugin. */
  enrollmentmethods: z.array(z.string()),
  /** 0: hidden from students, and then missing among the courses of each of them. */
  visible: z.number().optional(),
});

/** A user as Moodle shows one: what our user may not see, and some of what is empty, is missing. */
export type MoodleUser = z.output<typeof user>;

/** A course as Moodle shows one. */
export type MoodleCourse = z.output<typeof course>;

const nothing = z.null();

/** The functions we call, the form of their answers, and the capability that those that write need. */
const functions = {
  core_webservice_get_site_info: {
    answer: z.object({
      userid: z.number(),
      userissiteadmin: z.boolean().default(false),
      functions: z.array(z.object({ name: z.string() })),
    }),
  },
  core_user_get_users_by_field: { answer: z.array(user) },
  core_user_get_users: { answer: z.object({ users: z.array(user) }) },
  core_user_create_users: {
    answer: z.tuple([z.object({ id: z.number() })]),
    writes: 'moodle/user:create',
  },
  core_user_update_users: {
    // Before 4.0 there was no answer.
    answer: z.object({ warnings: z.array(z.object({ warningcode: z.string() })) }).nullable(),
    writes: 'moodle/user:update',
  },
  core_user_delete_users: { answer: nothing, writes: 'moodle/user:delete' },
  core_course_get_courses_by_field: { answer: z.object({ courses: z.array(course) }) },
  core_enrol_get_users_courses: {
    answer: z.array(z.object({ id: z.number(), fullname: z.string() })),
  },
  enrol_manual_enrol_users: { answer: nothing, writes: 'enrol/manual:enrol' },
  enrol_manual_unenrol_users: { answer: nothing, writes: 'enrol/manual:unenrol' },
  core_enrol_get_enrolled_users: {
    answer: z.array(
      z.object({
        id: z.number(),
        roles: z.array(z.object({ roleid: z.number() })).default([]),
      }),
    ),
  },
  core_role_unassign_roles: { answer: nothing, writes: 'moodle/role:assign' },
} satisfies Record<string, { readonly answer: z.ZodType; readonly writes?: string }>;

type Name = keyof typeof functions;

/** A function by its name, with the capability it needs to write. */
function called(name: Name): Called {
  const of = functions[name];
  return { name, writes: 'writes' in of ? of.writes : undefined };
}

/** What the token must be able to call, and what else where a membership names a role. */
export const needed: readonly Name[] = [
  'core_webservice_get_site_info',
  'core_user_get_users_by_field',
  'core_user_get_users',
  'core_user_create_users',
  'core_user_update_users',
  'core_user_delete_users',
  'core_course_get_courses_by_field',
  'core_enrol_get_users_courses',
  'core_enrol_get_enrolled_users',
  'enrol_manual_enrol_users',
  'enrol_manual_unenrol_users',
];
export const neededForRoles: readonly Name[] = ['core_role_unassign_roles'];

/** Arguments, to be flattened as PHP reads them: `users[0][email]=…`. */
export type Value =
  | string
  | number
  | boolean
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Calls functions of one site. Throws `DestinationError`. */
export type Send = <Of extends Name>(
  name: Of,
  values: { readonly [name: string]: Value },
) => Promise<z.output<(typeof functions)[Of]['answer']>>;

/** Where a site answers, and with what it is asked. */
export interface Site {
  /** The site's address as its users know it, without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

/**
 * Makes the sender of one call. Moodle has no allowance of its own; ours keeps a crowd from being felt
 * there, and counts what is asked.
 */
export function sender(site: Site, io: ConnectorIo, call: Call): Send {
  return async (name, values) => {
    const { answer } = functions[name];
    const { writes } = called(name);
    // Moodle has no limit of its own (how many are worked on at once is ours): requests are counted, and are free.
    const reservation = await io.allowance.reserve(0, call);
    let answered: unknown;
    try {
      if (writes !== undefined) await call.beforeWrite();
      answered = await post(site, name, values, io);
    } finally {
      await reservation.settle(null);
    }
    const read = answer.safeParse(answered);
    // The compiler cannot see that this is the form of this very function.
    if (read.success) return read.data as never;
    throw new DestinationError(
      'transient',
      `${site.url} answered ${name} with something Moodle does not answer.`,
      { cause: read.error, unknownOutcome: writes !== undefined },
    );
  };
}

async function post(
  site: Site,
  name: Name,
  values: { readonly [name: string]: Value },
  io: ConnectorIo,
): Promise<unknown> {
  const asking = { who: site.url, unknownOutcome: called(name).writes !== undefined };
  const form = {
    wstoken: site.token,
    wsfunction: name,
    moodlewsrestformat: 'json',
    // Names of courses come with their entities escaped otherwise.
    moodlewssettingraw: 1,
    ...values,
  };
  const answer = await exchange(
    `${site.url}/webservice/rest/server.php`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...flat(form)]).toString(),
    },
    asking,
    io,
  );
  if (answer.status !== 200) throw statusFailure(site.url, answer, asking.unknownOutcome);
  return readAnswer(site, name, answer.json, asking);
}

function* flat(value: Value, name = ''): Generator<[string, string]> {
  if (value === undefined) return;
  if (typeof value !== 'object')
    yield [name, typeof value === 'boolean' ? String(Number(value)) : String(value)];
  else
    for (const [key, inner] of Object.entries(value))
      yield* flat(inner, name === '' ? key : `${name}[${key}]`);
}

function readAnswer(site: Site, name: Name, answer: unknown, asking: Asking): unknown {
  if (answer === undefined) throw unanswered(asking, new Error('what came is not JSON'));
  if (!isObject(answer)) return answer;
  if (typeof answer.errorcode === 'string')
    throw exceptionFailure(site.url, called(name), new MoodleException(answer.errorcode));
  const [warning] = isArray(answer.warnings) ? answer.warnings : [];
  // Those of this function are about the user, and are told there.
  if (warning !== undefined && name !== 'core_user_update_users')
    throw unanswered(
      asking,
      new Error(`with a warning: ${named(isObject(warning) && warning.warningcode)}`),
    );
  return answer;
}

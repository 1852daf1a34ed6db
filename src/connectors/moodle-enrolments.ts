/**
 * Memberships in Moodle: being enrolled in a course by the manual method, as a student or in another role.
 *
 * Moodle knows one manual enrolment for each user and course, with one pair of dates, and any number of
 * roles. Enrolling again replaces what was said before, so all of it is said each time.
 */
import type { Account, Ending, Term } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { despite, refusal } from './despite.ts';
import type { Enrolling } from './moodle-enrolled.ts';
import { errorcodeOf, goneAccount, userGone } from './moodle-failures.ts';
import { type Place, placesOf, refusedCourse, refusedRole, termIn } from './moodle-places.ts';

/** What is given, and to whom. */
export interface Giving {
  readonly memberships: readonly string[];
  /** All that is due, for the dates. */
  readonly account: Pick<Account, 'memberships' | 'terms'>;
  /** Whether the account was made just now: only then what is refused is certainly not there from before. */
  readonly to: 'a new account' | 'an account';
}

/** Gives what can be given; what cannot is told, to be thrown once the rest of the account is written. */
export async function enrol(
  userId: number,
  { memberships, account, to }: Giving,
  enrolling: Enrolling,
): Promise<DestinationError | null> {
  return eachOf(placesOf(memberships), (place) =>
    give(userId, place, termIn(place.courseId, account), enrolling).catch((error: unknown) => {
      throw ungiven(error, place, { to, studentRole: enrolling.studentRole });
    }),
  );
}

/** Does it for all of them, and says together what was refused. */
async function eachOf<Item>(
  items: readonly Item[],
  write: (item: Item) => Promise<void>,
): Promise<DestinationError | null> {
  let refused: DestinationError | null = null;
  for (const item of items) {
    const before = refused;
    refused = await refusal(() => despite(before, () => write(item)));
  }
  return refused;
}

/** Moodle lists who is in a course by a clock that it rounds to so many milliseconds. */
const roundedMs = 100_000;

/** Enrols a user, or replaces what an enrolment says. */
export async function give(
  userId: number,
  { courseId, roleId }: Omit<Place, 'membership'>,
  { from, until }: Term,
  { send, studentRole, now }: Enrolling,
): Promise<void> {
  // Somebody whose time has just begun would not be listed for the first minute.
  const start = from === null ? 0 : Math.min(Date.parse(from), now() - roundedMs);
  await send('enrol_manual_enrol_users', {
    enrolments: [
      {
        roleid: roleId ?? studentRole,
        userid: userId,
        courseid: courseId,
        timestart: seconds(start),
        timeend: until === null ? 0 : seconds(Date.parse(until)),
        suspend: 0,
      },
    ],
  });
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** Why somebody was not enrolled, with the mend. */
function ungiven(
  error: unknown,
  place: Place,
  { to, studentRole }: Pick<Giving, 'to'> & Pick<Enrolling, 'studentRole'>,
): unknown {
  const code = errorcodeOf(error);
  if (code === null) return error;
  if (userGone.has(code)) return goneAccount(error);
  const why = refusedCourse(code, place, studentRole);
  if (why === null) return error;
  if (code === 'wsusercannotassign' && place.roleId === null)
    return new DestinationError('misconfigured', why, { cause: error, code: 'permissions' });
  const isNotThere = to === 'a new account' || code === 'invalidparameter';
  return new DestinationError('rejected', why, {
    cause: error,
    refused: isNotThere ? [place.membership] : [],
  });
}

/** What is taken back, and what stays. */
export interface TakingBack {
  readonly memberships: readonly string[];
  /** What is due, which may be other roles in the same courses; of somebody who leaves, nothing. */
  readonly account: Pick<Account, 'memberships' | 'terms' | 'ended'>;
}

/** Takes memberships back; what Moodle refuses to take is told. A course or a user that is gone is done. */
export async function takeBack(
  userId: number,
  { memberships, account }: TakingBack,
  enrolling: Enrolling,
): Promise<DestinationError | null> {
  const byCourse = Map.groupBy(placesOf(memberships), ({ courseId }) => courseId);
  return eachOf([...byCourse.values()], (places) =>
    takeBackIn(userId, places, account, enrolling).catch((error: unknown) => {
      if (!isGone(errorcodeOf(error))) throw untaken(error, places[0], enrolling);
    }),
  );
}

function isGone(code: string | null): boolean {
  return (
    code !== null &&
    (userGone.has(code) || ['invalidparameter', 'invalidrecord', 'wsnoinstance'].includes(code))
  );
}

function untaken(error: unknown, place: Place | undefined, { studentRole }: Enrolling): unknown {
  const code = errorcodeOf(error);
  const why = code === null || place === undefined ? null : refusedCourse(code, place, studentRole);
  return why === null ? error : new DestinationError('rejected', why, { cause: error });
}

/** Takes roles in one course back: from who keeps another one there only the roles, else the enrolment. */
async function takeBackIn(
  userId: number,
  places: readonly Place[],
  account: TakingBack['account'],
  enrolling: Enrolling,
): Promise<void> {
  const [place] = places;
  if (place === undefined) return;
  const { courseId } = place;
  const [stays] = placesOf(account.memberships).filter((one) => one.courseId === courseId);
  if (stays === undefined) {
    if (places.every(({ membership }) => endingOf(membership, account) === 'remove'))
      return unenrol(userId, courseId, enrolling);
    await suspend(userId, place, enrolling);
  }
  // A suspended enrolment keeps its roles: who comes back as a student must not be a teacher again.
  const roles = places.filter(({ roleId }) => roleId !== null || stays !== undefined);
  await unassign(userId, roles, enrolling);
  if (stays !== undefined) await give(userId, stays, termIn(courseId, account), enrolling);
}

function endingOf(membership: string, { ended }: Pick<Account, 'ended'>): Ending {
  return ended?.[membership] ?? 'suspend';
}

async function unenrol(userId: number, courseId: number, { send }: Enrolling): Promise<void> {
  await send('enrol_manual_unenrol_users', {
    enrolments: [{ userid: userId, courseid: courseId }],
  });
}

/** Keeps progress and grades for a return, as unenrolling would not. */
async function suspend(
  userId: number,
  { courseId, roleId }: Place,
  { send, studentRole }: Enrolling,
): Promise<void> {
  await send('enrol_manual_enrol_users', {
    enrolments: [{ roleid: roleId ?? studentRole, userid: userId, courseid: courseId, suspend: 1 }],
  });
}

async function unassign(
  userId: number,
  places: readonly Place[],
  { send, studentRole }: Enrolling,
): Promise<void> {
  for (const place of places) {
    const unassignment = {
      roleid: place.roleId ?? studentRole,
      userid: userId,
      contextlevel: 'course',
      instanceid: place.courseId,
    };
    await send('core_role_unassign_roles', { unassignments: [unassignment] }).catch(
      (error: unknown) => {
        // The course is there: it is the role that is not ours to take.
        if (errorcodeOf(error) !== 'invalidparameter') throw error;
        throw new DestinationError('rejected', refusedRole(place, studentRole), { cause: error });
      },
    );
  }
}

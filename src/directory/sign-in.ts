/** Signing in and out with a password, and changing it. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { TooManyWaiting } from '../at-most.ts';
import { type Activity, insertActivity } from '../store/activity.ts';
import {
  type Account,
  accountNamed,
  accountOf,
  setPassword,
  strengthenPassword,
} from '../store/passwords.ts';
import {
  deleteSession,
  deleteSessions,
  insertSession,
  type LiveSession,
  type Session,
  type SessionLimits,
  sessionsOf,
  useSession,
} from '../store/sessions.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import type { Hasher } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';
import {
  type Caller,
  type CountedAttempt,
  countOwn,
  countSignIn,
  type LimitWorld,
  newDevice,
} from './sign-in-limits.ts';
import { hashToken } from './tokens.ts';

/** What signing in needs of the world. */
export interface SignInWorld extends LimitWorld {
  readonly pool: pg.Pool;
  readonly hasher: Hasher;
}

const hourMs = 3_600_000;

/** A session that nobody uses ends after these hours, and every one after these days. */
export const idleHours = 12;
export const mostDays = 30;

/** Who did it, for the activity: the person the line is about. */
export const themselves = 'self';

/** Somebody who wants to sign in. */
export interface SignInWish {
  readonly tenantId: string;
  readonly userName: string;
  readonly password: string;
  readonly caller: Caller;
  /** The browser, in words. */
  readonly device: string;
  readonly requestId: string;
}

/** What the browser is given: cookies for the session, and by which it is known another time. */
export interface SignedIn {
  readonly session: string;
  readonly device: string;
}

/**
 * Signs somebody in; `null` where userName and password are not those of somebody who may, which takes as long and tells
 * nothing else.
 * @throws `TooManyAttempts`, `TooManyWaiting`
 */
export async function signIn(world: SignInWorld, wish: SignInWish): Promise<SignedIn | null> {
  const { tenantId, userName, password, caller } = wish;
  const attempt = await countSignIn(world, tenantId, userName, caller);
  const account = await accountNamed(world.pool, tenantId, userName);
  const verdict = await verify(world, attempt, password, account?.hash ?? null);
  if (verdict === 'wrong' || account === null || !account.active) {
    if (account !== null && attempt.locks !== null) await noteLock(world, wish, account);
    return null;
  }
  await attempt.takeBack();
  if (verdict === 'outdated') await strengthen(world, tenantId, account, password);
  const session = await begin(world, wish, account);
  return session === null ? null : { session, device: newDevice(world, tenantId, userName) };
}

/** A password that could not be looked at was no attempt. */
async function verify(
  { hasher }: SignInWorld,
  attempt: Pick<CountedAttempt, 'takeBack'>,
  password: string,
  stored: string | null,
) {
  try {
    return await hasher.verify(password, stored);
  } catch (error) {
    if (error instanceof TooManyWaiting) await attempt.takeBack();
    throw error;
  }
}

async function strengthen(
  { pool, hasher }: SignInWorld,
  tenantId: string,
  { userId, hash }: Account,
  password: string,
): Promise<void> {
  if (hash === null) return;
  await strengthenPassword(pool, tenantId, userId, {
    from: hash,
    to: await hasher.hash(password),
  });
}

/** Begins a session; `null` where the person was suspended or deleted this moment, or their password changed. */
async function begin(
  { pool, now }: SignInWorld,
  { tenantId, device, requestId }: SignInWish,
  { userId, sourceId, changedAt }: Account,
): Promise<string | null> {
  const token = randomBytes(32).toString('base64url');
  const at = new Date(now());
  const session = { id: uuidv7(), userId, hash: hashToken(token), device, passwordOf: changedAt };
  return transaction(pool, async (client) => {
    if (!(await insertSession(client, tenantId, { ...session, createdAt: at, lastUsedAt: at })))
      return null;
    await note(client, tenantId, {
      kind: 'person.sign-in',
      ...{ userId, sourceId, requestId, message: device },
    });
    return token;
  });
}

async function noteLock(
  { pool }: SignInWorld,
  { tenantId, requestId }: SignInWish,
  { userId, sourceId }: Account,
): Promise<void> {
  await note(pool, tenantId, {
    kind: 'person.sign-in-locked',
    ...{ userId, sourceId, requestId, outcome: 'held', actor: null },
  });
}

/** What happened to somebody, for the activity. */
export type PersonNote = Pick<Activity, 'kind' | 'requestId' | 'sourceId'> & {
  readonly userId: string;
} & Partial<Pick<Activity, 'message' | 'outcome' | 'actor'>>;

/** Writes a line of activity about somebody; they did it themselves unless it says otherwise. */
export async function note(
  db: Queryable,
  tenantId: string,
  { userId, outcome = 'done', actor = themselves, ...line }: PersonNote,
): Promise<void> {
  await insertActivity(db, tenantId, { id: uuidv7(), resourceId: userId, outcome, actor, ...line });
}

/** The session of a cookie, while it holds. */
export async function sessionOf(
  { pool, now }: Pick<SignInWorld, 'pool' | 'now'>,
  tenantId: string,
  cookie: string,
): Promise<LiveSession | null> {
  const at = now();
  return useSession(pool, tenantId, hashToken(cookie), new Date(at), limitsAt(at));
}

/** The sessions of somebody that hold. */
export async function liveSessions(
  { pool, now }: Pick<SignInWorld, 'pool' | 'now'>,
  tenantId: string,
  userId: string,
): Promise<readonly Session[]> {
  return sessionsOf(pool, tenantId, userId, limitsAt(now()));
}

function limitsAt(now: number): SessionLimits {
  return {
    begunAfter: new Date(now - mostDays * 24 * hourMs),
    usedAfter: new Date(now - idleHours * hourMs),
  };
}

/** Whose session ends: another one of theirs, or their own. */
export interface SessionEnd {
  readonly tenantId: string;
  /** Who asks. */
  readonly session: Pick<LiveSession, 'id' | 'userId' | 'sourceId'>;
  /** Which one ends. */
  readonly id: string;
  readonly requestId: string;
}

/** Ends a session with its line of activity; `false` where its person has none with this id. */
export async function endSession(
  { pool }: Pick<SignInWorld, 'pool'>,
  { tenantId, session, id, requestId }: SessionEnd,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { userId, sourceId } = session;
    const ended = await deleteSession(client, tenantId, userId, id);
    if (ended === null) return false;
    const kind = id === session.id ? 'person.sign-out' : 'person.session-ended';
    await note(client, tenantId, { kind, userId, sourceId, requestId, message: ended.device });
    return true;
  });
}

/** Ends all sessions of somebody but their own here, each with its line of activity; gives how many ended. */
export async function endOtherSessions(
  { pool }: Pick<SignInWorld, 'pool'>,
  { tenantId, session, requestId }: Omit<SessionEnd, 'id'>,
): Promise<number> {
  return transaction(pool, async (client) => {
    const { userId, sourceId } = session;
    const ended = await deleteSessions(client, tenantId, userId, session.id);
    const kind = 'person.session-ended';
    for (const { device: message } of ended)
      await note(client, tenantId, { kind, userId, sourceId, requestId, message });
    return ended.length;
  });
}

/** Whom an administrator signs out. */
export interface SigningOut {
  readonly tenantId: string;
  readonly userId: string;
  readonly actor: string;
  readonly requestId: string;
}

/** Ends all sessions of somebody; gives how many ended, or `null` where there is no such user. */
export async function signOutEverywhere(
  { pool }: Pick<SignInWorld, 'pool'>,
  { tenantId, userId, actor, requestId }: SigningOut,
): Promise<number | null> {
  return transaction(pool, async (client) => {
    const account = await accountOf(client, tenantId, userId);
    if (account === null) return null;
    const { length: ended } = await deleteSessions(client, tenantId, userId, null);
    const { sourceId } = account;
    const line = { kind: 'person.signed-out', userId, sourceId, requestId, actor };
    if (ended > 0) await note(client, tenantId, line);
    return ended;
  });
}

/** A new password of somebody who is signed in. */
export interface PasswordChange {
  readonly tenantId: string;
  readonly session: LiveSession;
  readonly currentPassword: string;
  readonly password: string;
  readonly requestId: string;
}

/** What came of it; a fault goes on after "It". */
export type PasswordChanged =
  | { readonly kind: 'changed' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'fault'; readonly fault: string };

/**
 * Changes a password; all other sessions end.
 * @throws `TooManyAttempts`, `TooManyWaiting`
 */
export async function changePassword(
  world: SignInWorld,
  { tenantId, session, currentPassword, password, requestId }: PasswordChange,
): Promise<PasswordChanged> {
  const { userId, sourceId, data } = session;
  const fault = passwordFault(password, data);
  if (fault !== null) return { kind: 'fault', fault };
  const attempt = await countOwn(world, tenantId, userId);
  const account = await accountOf(world.pool, tenantId, userId);
  const stored = account?.hash ?? null;
  if ((await verify(world, attempt, currentPassword, stored)) === 'wrong') return { kind: 'wrong' };
  await attempt.takeBack();
  const hash = await world.hasher.hash(password);
  const replaces = account?.changedAt ?? null;
  return transaction(world.pool, async (client): Promise<PasswordChanged> => {
    const at = new Date(world.now());
    const wish = { userId, hash, at, keptSession: session.id, replaces };
    if (!(await setPassword(client, tenantId, wish))) return { kind: 'wrong' };
    await note(client, tenantId, {
      kind: 'person.password',
      ...{ userId, sourceId, requestId, message: 'changed' },
    });
    return { kind: 'changed' };
  });
}

/**
 * How often somebody may try to sign in. Whoever does not come from a known device is counted by address and by the
 * userName they try; a device that somebody has signed in with before is counted by itself, so that nobody locks others
 * out of their own devices (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 */
import { createHash, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import {
  type AttemptRule,
  countAttempt,
  forgetAttempts,
  takeBackAttempt,
} from '../store/attempts.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Queryable } from '../store/statement.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const byName: AttemptRule = {
  allowed: 10,
  waitMs: minuteMs,
  mostMs: hourMs,
  forgetMs: 24 * hourMs,
};

/** Many share an address. */
const byAddress: AttemptRule = {
  allowed: 50,
  waitMs: minuteMs,
  mostMs: hourMs,
  forgetMs: hourMs,
};

const resetsByName: AttemptRule = {
  allowed: 3,
  waitMs: 20 * minuteMs,
  mostMs: 24 * hourMs,
  forgetMs: 24 * hourMs,
};

const resetsByAddress: AttemptRule = {
  allowed: 20,
  waitMs: minuteMs,
  mostMs: hourMs,
  forgetMs: hourMs,
};

/** Somebody has to wait. */
export class TooManyAttempts extends Error {
  override readonly name = 'TooManyAttempts';
  readonly until: Date;

  constructor(until: Date) {
    super('too many attempts');
    this.until = until;
  }
}

/** Where somebody tries from. */
export interface Caller {
  readonly address: string;
  /** The device cookie; `null` where there is none. */
  readonly device: string | null;
}

/** What counting needs of the world. */
export interface LimitWorld {
  readonly pool: Queryable;
  readonly now: () => number;
  /** Seals device cookies. */
  readonly secrets: SecretBox;
}

/** An attempt that was counted beforehand. */
export interface CountedAttempt {
  /** It was a good one, or none at all. */
  takeBack(): Promise<void>;
  /** Whether this one has locked the userName, for devices that are not known; `null`: it has not. */
  readonly locks: Date | null;
}

/**
 * Counts an attempt at somebody's password.
 * @throws `TooManyAttempts`
 */
export async function countSignIn(
  world: LimitWorld,
  tenantId: string,
  userName: string,
  { address, device }: Caller,
): Promise<CountedAttempt> {
  const known = device === null ? null : readDevice(world, tenantId, userName, device);
  if (known !== null) {
    const key = keyOf('device', known);
    await count(world, tenantId, key, byName);
    return { takeBack: () => forgetAttempts(world.pool, tenantId, key), locks: null };
  }
  const addressKey = keyOf('address', networkOf(address));
  const nameKey = keyOf('name', userName.toLowerCase());
  await count(world, tenantId, addressKey, byAddress);
  const counted = await count(world, tenantId, nameKey, byName);
  return {
    async takeBack() {
      await takeBackAttempt(world.pool, tenantId, addressKey);
      await forgetAttempts(world.pool, tenantId, nameKey);
    },
    locks: counted.count === byName.allowed ? counted.lockedUntil : null,
  };
}

/**
 * Counts an attempt at the password of somebody who is signed in, by a session that may be another's by now.
 * @throws `TooManyAttempts`
 */
export async function countOwn(
  world: LimitWorld,
  tenantId: string,
  userId: string,
): Promise<Pick<CountedAttempt, 'takeBack'>> {
  const key = keyOf('own', userId);
  await count(world, tenantId, key, byName);
  return { takeBack: () => forgetAttempts(world.pool, tenantId, key) };
}

/**
 * Counts a request for a link by mail.
 * @returns whether one may be sent: nobody is to find their mailbox full of them
 * @throws `TooManyAttempts` for the address it came from
 */
export async function countReset(
  world: LimitWorld,
  tenantId: string,
  userName: string,
  { address }: Pick<Caller, 'address'>,
): Promise<boolean> {
  await count(world, tenantId, keyOf('reset-address', networkOf(address)), resetsByAddress);
  const key = keyOf('reset', userName.toLowerCase());
  const now = new Date(world.now());
  const attempt = await countAttempt(world.pool, tenantId, key, resetsByName, now);
  return attempt.kind === 'counted';
}

/** A cookie by which a device is known as one that somebody has signed in with. */
export function newDevice({ secrets }: LimitWorld, tenantId: string, userName: string): string {
  return secrets.seal(randomBytes(16).toString('base64url'), deviceContext(tenantId, userName));
}

/** Which device a cookie names; `null` where it is not one of this person's. */
function readDevice(
  { secrets }: LimitWorld,
  tenantId: string,
  userName: string,
  cookie: string,
): string | null {
  return secrets.read(cookie, deviceContext(tenantId, userName))?.secret ?? null;
}

function deviceContext(tenantId: string, userName: string): string {
  return `device:${tenantId}:${userName.toLowerCase()}`;
}

async function count({ pool, now }: LimitWorld, tenantId: string, key: string, rule: AttemptRule) {
  const attempt = await countAttempt(pool, tenantId, key, rule, new Date(now()));
  if (attempt.kind === 'locked') throw new TooManyAttempts(attempt.until);
  return attempt;
}

/** Of one length, whatever was typed. */
function keyOf(what: string, value: string): string {
  return `${what}:${createHash('sha256').update(value).digest('base64url')}`;
}

/** Whoever has one address of IPv6 has the 64 bits below its network as well (RFC 4291 §2.5.4). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

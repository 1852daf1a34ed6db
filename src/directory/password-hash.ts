/**
 * Passwords as they are kept: Argon2id (RFC 9106) in the PHC string format, with the parameters that OWASP gives as the
 * least (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). Node computes it beside the
 * event loop, in threads that others need as well, so that only a few are computed at once.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type AtMostLimits, atMost } from '../at-most.ts';

/** What a hash costs: KiB of memory, passes over it, lanes. */
export interface HashCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Some 30 ms of a core, and 19 MiB. */
export const usualCost: HashCost = { memory: 19_456, passes: 2, parallelism: 1 };

/** How many passwords are computed at once, and how many may wait for that. */
const usualLimits: AtMostLimits = { atOnce: 2, mostWaiting: 100 };

/** What a password was found to be; `outdated`: it is right, and is to be hashed again as `createHasher` was told. */
export type Verdict = 'right' | 'outdated' | 'wrong';

/** Hashes and checks passwords. Both throw `TooManyWaiting` where too many wait. */
export interface Hasher {
  hash(password: string): Promise<string>;
  /** `null`: there is none to check, which takes as long and is wrong. */
  verify(password: string, stored: string | null): Promise<Verdict>;
}

const saltBytes = 16;
const tagBytes = 32;
const compute = promisify(argon2);

/** Makes what hashes. */
export function createHasher(
  cost: HashCost = usualCost,
  limits: AtMostLimits = usualLimits,
): Hasher {
  const limited = atMost(limits);
  const hash = async (password: string) => {
    const salt = randomBytes(saltBytes);
    return phcOf(cost, salt, await limited(() => tagOf(password, { cost, salt, tagBytes })));
  };
  // Nobody knows a password that has this hash: it stands for those who have none.
  const nobodys = { cost, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) };
  return {
    hash,
    async verify(password, stored) {
      const { cost: its, salt, tag } = stored === null ? nobodys : readPhc(stored);
      const wish = { cost: its, salt, tagBytes: tag.length };
      const right = timingSafeEqual(await limited(() => tagOf(password, wish)), tag);
      if (!right || stored === null) return 'wrong';
      return sameCost(its, cost) ? 'right' : 'outdated';
    },
  };
}

interface TagWish {
  readonly cost: HashCost;
  readonly salt: Buffer;
  readonly tagBytes: number;
}

function tagOf(password: string, { cost, salt, tagBytes: tagLength }: TagWish): Promise<Buffer> {
  return compute('argon2id', { message: canonical(password), nonce: salt, tagLength, ...cost });
}

/** One form for what keyboards type in several (NIST SP 800-63B-4 §3.1.1.2). */
function canonical(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8');
}

function sameCost(one: HashCost, other: HashCost): boolean {
  return (
    one.memory === other.memory &&
    one.passes === other.passes &&
    one.parallelism === other.parallelism
  );
}

/** https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md */
function phcOf({ memory, passes, parallelism }: HashCost, salt: Buffer, tag: Buffer): string {
  const [saltText, tagText] = [salt, tag].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  );
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${saltText}$${tagText}`;
}

const phcForm =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function readPhc(text: string) {
  const found = phcForm.exec(text);
  if (found === null) throw new Error('a stored password is not in a form that is known here');
  const [, memory, passes, parallelism, salt = '', tag = ''] = found;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** Imports and what waits for a decision, as the admin API shows them. */
import type { Destination } from '../../parts/destinations.ts';

/** Whose accounts are read, and what they are called there. */
export interface There {
  readonly id: string;
  readonly one: 'customer' | 'user';
  readonly many: 'customers' | 'users';
  /** Goes on after "nothing is done about them". */
  readonly at: string;
}

/** The store of the tenant. */
export const atStore = ({ id }: Destination): There => ({
  ...{ id, one: 'customer', many: 'customers', at: 'at your store' },
});

/** An application. */
export const atApplication = ({ id, name }: Destination): There => ({
  ...{ id, one: 'user', many: 'users', at: `at ${name}` },
});

/** With a capital. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Whose an account is: of somebody already, to be somebody's, in doubt, or nobody's. */
export type Verdict = 'linked' | 'adopt' | 'conflict' | 'ignore';

/** An import and how far it has come. */
export interface Import {
  readonly id: string;
  readonly state: 'reading' | 'matching' | 'done' | 'failed';
  readonly read: number;
  readonly about: number | null;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly error: string | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** An account that was read. */
export interface Account {
  readonly remoteId: string;
  readonly email: string | null;
  readonly userName: string | null;
  readonly reason: string | null;
}

/** An account that may be somebody's. */
export interface Candidate {
  readonly remoteId: string;
  /** Its page there; like what it says of itself it is looked up afterwards. */
  readonly url?: string | null;
  readonly seen?: {
    readonly email: string | null;
    readonly attributes: Readonly<Record<string, string | null>>;
  } | null;
  readonly heldBy: {
    readonly linkId: string;
    readonly userName: string | null;
    readonly sourceName: string;
  } | null;
}

/** Somebody whose account has to be chosen. */
export interface Review {
  readonly linkId: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly sourceName: string;
  readonly reason: string | null;
  readonly candidates: readonly Candidate[];
}

/** Each verdict in the words of the page, and what it means. */
export const verdicts = {
  adopt: ['To be connected', 'Somebody on your roll is this person: the account becomes theirs.'],
  linked: ['Connected', 'They belong to somebody on your roll already.'],
  conflict: ['Need a decision', 'More than one person or account fits, or somebody else has it.'],
  ignore: ['Left alone', 'Nobody on your roll: nothing about them changes.'],
} as const satisfies Record<Verdict, readonly [string, string]>;

/** All of them, in the order of the page. */
export const verdictNames = Object.keys(verdicts) as readonly Verdict[];

/** An account by its address, or by its number there. */
export function accountWords(
  { one }: There,
  { email, remoteId }: Pick<Account, 'email' | 'remoteId'>,
): string {
  return email ?? `${capital(one)} ${remoteId.split('/').at(-1)}`;
}

/** A candidate by their name and address, as far as they are known. */
export function candidateWords(there: There, { remoteId, seen }: Candidate): string {
  const { attributes = {}, email = '' } = seen ?? {};
  const named = ['firstName', 'lastName', 'name.givenName', 'name.familyName'].flatMap(
    (name) => attributes[name] ?? [],
  );
  const name = named.length > 0 ? named.join(' ') : (attributes.displayName ?? '');
  const { userName } = attributes;
  const known = [name, email ?? '', userName === email ? '' : (userName ?? '')].filter(Boolean);
  return known.length === 0 ? accountWords(there, { remoteId, email: null }) : known.join(', ');
}

/** Imports and what waits for a decision, as the admin API shows them. */

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

/** A customer that was read. */
export interface Account {
  readonly remoteId: string;
  readonly email: string | null;
  readonly userName: string | null;
  readonly reason: string | null;
}

/** A customer that may be somebody's. */
export interface Candidate {
  readonly remoteId: string;
  /** Its page in the shop; like what it says of itself it is looked up afterwards. */
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

/** Somebody whose customer has to be chosen. */
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
  adopt: [
    'To be connected',
    'Somebody on your roll has this address: the customer becomes theirs.',
  ],
  linked: ['Connected', 'They belong to somebody on your roll already.'],
  conflict: ['Need a decision', 'More than one person or customer fits, or somebody else has it.'],
  ignore: ['Left alone', 'Nobody on your roll: nothing about them changes.'],
} as const satisfies Record<Verdict, readonly [string, string]>;

/** All of them, in the order of the page. */
export const verdictNames = Object.keys(verdicts) as readonly Verdict[];

/** A customer by their address, or by their number in the shop. */
export function customerWords({ email, remoteId }: Pick<Account, 'email' | 'remoteId'>): string {
  return email ?? `Customer ${remoteId.split('/').at(-1)}`;
}

/** A candidate by their name and address, as far as they are known. */
export function candidateWords({ remoteId, seen }: Candidate): string {
  const name = [seen?.attributes.firstName, seen?.attributes.lastName].filter(Boolean).join(' ');
  const known = [name, seen?.email ?? ''].filter((part) => part !== '');
  return known.length === 0 ? customerWords({ remoteId, email: null }) : known.join(', ');
}

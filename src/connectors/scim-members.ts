/**
 * Who comes and goes in one group of a SCIM server. One request at a time, as not every server bears two at once; whoever
 * comes meanwhile goes together with the next one.
 */
import type { Call } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { restated } from './despite.ts';
import { isMissing, refusalOf } from './scim-api.ts';
import type { Removals } from './scim-deviations.ts';
import type { PatchOperation, Resource } from './scim-resource.ts';
import { quoted } from './scim-search.ts';

/** Somebody who becomes a member, or is one no longer. */
export interface MemberChange {
  readonly op: 'add' | 'remove';
  readonly userId: string;
}

/** What it takes to change a group. */
export interface MembersOptions {
  /** How many go in one request. */
  readonly most: number;
  readonly write: (changes: readonly MemberChange[], call: Call) => Promise<void>;
  /** What is thrown to who should be in a group that is gone; `null` where it is there. */
  readonly gone: (cause: unknown, call: Call) => Promise<DestinationError | null>;
}

interface Waiting {
  readonly change: MemberChange;
  readonly call: Call;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A request for several that fails says little of each of them: the others wait this long. */
const restMs = 2_000;

/** The changes of one group. A class because it knows who waits. */
export class GroupMembers {
  readonly #options: MembersOptions;
  readonly #waiting: Waiting[] = [];
  #working = false;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Carries a change out, with those of others. */
  async change(change: MemberChange, call: Call): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ change, call, resolve, reject });
    });
    if (!this.#working) void this.#work();
    return done;
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, this.#options.most));
    this.#working = false;
  }

  async #send(some: readonly Waiting[]): Promise<void> {
    const call = callOf(some);
    try {
      const changes = some.map(({ change }) => change);
      await this.#options.write(changes, call);
      for (const { resolve } of some) resolve();
    } catch (error) {
      await this.#failed(some, error, call).catch((another: unknown) => {
        for (const { reject } of some) reject(another);
      });
    }
  }

  async #failed(some: readonly Waiting[], error: unknown, call: Call): Promise<void> {
    const [first, ...others] = some;
    const gone = isMissing(error) ? await this.#options.gone(error, call) : null;
    if (gone !== null) {
      // Out of a group that is gone everybody is.
      for (const { change, resolve, reject } of some)
        if (change.op === 'remove') resolve();
        else reject(gone);
    } else if (others.length > 0 && error instanceof DestinationError && error.kind === 'rejected')
      for (const one of some) await this.#send([one]);
    else if (first?.change.op === 'remove' && isNoMember(error)) first.resolve();
    else {
      first?.reject(meanwhile(error));
      for (const { reject } of others) reject(resting(error));
    }
  }
}

/** Whoever is not there cannot be removed (RFC 7644 §3.5.2.2), and is where they should be. */
const isNoMember = (error: unknown): boolean =>
  isMissing(error) || refusalOf(error)?.scimType === 'noTarget';

/** A conflict about members is with somebody who changes the group at the same time: it passes. */
function meanwhile(error: unknown): unknown {
  if (refusalOf(error)?.status !== 409) return error;
  return new DestinationError(
    'transient',
    'The group was changed there meanwhile; it is looked at again.',
    {
      cause: error,
    },
  );
}

/** One of those for whom it is: a leaver’s, where there is one among them. */
function callOf(some: readonly Waiting[]): Call {
  const chosen = some.find(({ call }) => call.urgent) ?? some[0];
  if (chosen === undefined) throw new Error('nobody waits');
  return chosen.call;
}

/** One request that failed is one failure, for however many people it was. */
function resting(error: unknown): unknown {
  if (!(error instanceof DestinationError) || error.kind !== 'transient') return error;
  return restated(error, { pauseMs: error.pauseMs ?? restMs });
}

/** The changes as operations of one PATCH. */
export function operationsOf(
  changes: readonly MemberChange[],
  removals: Removals,
): readonly PatchOperation[] {
  const members = (op: MemberChange['op']) =>
    changes.flatMap((change) => (change.op === op ? [{ value: change.userId }] : []));
  const joining = members('add');
  const leaving = members('remove');
  const path = 'members';
  const list = removals === 'list' && leaving.length > 0;
  return [
    ...(joining.length === 0 ? [] : [{ op: 'add', path, value: joining } as const]),
    ...(list ? [{ op: 'remove', path, value: leaving } as const] : []),
    ...(list ? [] : leaving).map(
      ({ value }) => ({ op: 'remove', path: `${path}[value eq ${quoted(value)}]` }) as const,
    ),
  ];
}

/** A group with its members changed; those it has stay as they are. */
export function withMembers(group: Resource, changes: readonly MemberChange[]): Resource {
  const all = isArray(group.members) ? group.members.filter(isObject) : [];
  const last = new Map(changes.map(({ userId, op }) => [userId, op]));
  const others = all.filter(({ value }) => last.get(String(value)) !== 'remove');
  const there = new Set(others.map(({ value }) => String(value)));
  const joining = [...last].filter(([userId, op]) => op === 'add' && !there.has(userId));
  return { ...group, members: [...others, ...joining.map(([value]) => ({ value }))] };
}

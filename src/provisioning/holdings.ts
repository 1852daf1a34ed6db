/** What somebody holds at a destination, and by which rights: each membership with all that speaks for it. Pure. */
import type { StoredGrant } from '../store/grants.ts';
import type { Standing } from './explain.ts';
import { type Grant, grantsOf, type Reason, reasonWords, stands } from './grants.ts';
import { fold } from './plan.ts';
import { scopeOf } from './scope.ts';
import { type Subject, subjectOf } from './subject.ts';

/** A membership that somebody holds, is to hold, or has held. */
export interface Holding {
  readonly membership: string;
  /** We gave it to them there, as far as we know. */
  readonly granted: boolean;
  /** A right to it stands now. */
  readonly due: boolean;
  /** Until when we gave it, where the destination was told an end; ISO 8601. */
  readonly until: string | null;
  readonly reasons: readonly Ground[];
}

/** A right to a membership. */
export interface Ground {
  readonly kind: Reason['kind'];
  /** Why it is theirs, in words that go on after "because of ". */
  readonly words: string;
  readonly stands: boolean;
  readonly from: Date | null;
  readonly until: Date | null;
  /** Of what was bought or given by hand: which row of the ledger it is. */
  readonly grantId: string | null;
  /** Why it was taken back. */
  readonly ended: string | null;
}

type Named = Pick<Holding, 'membership'> & { readonly ground: Ground | null };

/** What somebody holds at a destination, by name. */
export function holdingsOf({ link, connected }: Standing): readonly Holding[] {
  const named: Named[] = link.memberships.map((membership) => ({ membership, ground: null }));
  if (link.resource !== null && !('fault' in connected)) {
    const subject = subjectOf(link.resource, link);
    if (scopeOf(subject, connected.policy).covered)
      named.push(...groundsOf(subject, grantsOf(subject, connected.policy), link.sourceName));
  }
  return [...Map.groupBy(named, ({ membership }) => fold(membership)).values()]
    .map((all) => holdingOf(all, link))
    .toSorted((one, other) => one.membership.localeCompare(other.membership));
}

function holdingOf(all: readonly Named[], { memberships, ends }: Standing['link']): Holding {
  const membership = all[0]?.membership ?? '';
  const reasons = all.flatMap(({ ground }) => ground ?? []);
  return {
    membership,
    granted: memberships.includes(membership),
    due: reasons.some((reason) => reason.stands),
    until: ends[membership] ?? null,
    reasons,
  };
}

function groundsOf(
  subject: Subject,
  grants: readonly Grant[],
  sourceName: string,
): readonly Named[] {
  const ofRules = grants
    .filter(({ reason }) => !('grantId' in reason))
    .map((grant) => ({
      membership: grant.membership,
      ground: {
        kind: grant.reason.kind,
        words: reasonWords(grant.reason, sourceName),
        stands: stands(grant, subject.at),
        ...{ from: null, until: null, grantId: null, ended: null },
      },
    }));
  const standing = new Set(
    grants
      .filter((grant) => stands(grant, subject.at))
      .flatMap(({ reason }) => ('grantId' in reason ? [reason.grantId] : [])),
  );
  const stored = subject.grants.map((grant) => ({
    membership: grant.membership,
    ground: storedGround(grant, standing.has(grant.id)),
  }));
  return [...ofRules, ...stored];
}

function storedGround(grant: StoredGrant, stands: boolean): Ground {
  const { id, kind, words, state, startsAt, endsAt, endedAt, reason } = grant;
  const end = state === 'ended' ? (endedAt ?? endsAt) : endsAt;
  return {
    ...{ kind, words, stands, grantId: id },
    from: new Date(startsAt),
    until: end === null ? null : new Date(end),
    ended: state === 'ended' ? (reason ?? 'it was taken back') : null,
  };
}

/** What is told of the work at destinations while it is done. Whoever is told must not make it wait. */
import type { DestinationKey } from '../store/destinations.ts';
import type { DueLink } from '../store/due-links.ts';
import type { FailureKind } from './failure.ts';
import type { Policy } from './policy.ts';
import type { Reconciled } from './reconciled.ts';

/** One thing that happened at a destination. */
export type Measured =
  /** A link was looked at, and how that ended was written down. */
  | {
      readonly kind: 'look';
      readonly plan: Reconciled['plan'];
      readonly outcome: Reconciled['outcome'];
      readonly lane: 'urgent' | 'ordinary';
      /** From the request to what was written for it; `null` where nothing was written. */
      readonly effectMs: number | null;
    }
  /** A look at a link failed. */
  | { readonly kind: 'failure'; readonly failure: FailureKind }
  /** A request was made to the remote service, from an allowance of points. */
  | { readonly kind: 'request'; readonly points: number; readonly throttled: boolean };

/** Is told what happened at which destination. */
export type Measure = (key: DestinationKey, measured: Measured) => void;

/** A look that ended without failing. */
export function lookMeasured(
  link: DueLink,
  result: Reconciled,
  policy: Policy,
  now: number,
): Measured {
  const { plan, outcome } = result;
  const lane = link.urgent ? 'urgent' : 'ordinary';
  const effectMs = wrote[plan] ? Math.max(0, now - askedAt(link, plan, policy)) : null;
  return { kind: 'look', plan, outcome, lane, effectMs };
}

/** Which plans write something at the destination. */
const wrote = {
  create: true,
  adopt: true,
  update: true,
  drift: true,
  report: false,
  deactivate: true,
  leave: true,
  forget: false,
  nothing: false,
  hold: false,
  settle: false,
  wait: false,
  guard: false,
} satisfies Record<Reconciled['plan'], boolean>;

/** Whoever fell out of scope is not meant to leave before that has settled. */
function askedAt(link: DueLink, plan: Reconciled['plan'], { settleMs }: Policy): number {
  const requested = link.requestedAt.getTime();
  return plan === 'leave' && link.leavingSince !== null
    ? Math.max(requested, link.leavingSince.getTime() + settleMs)
    : requested;
}

/** Tries whether a destination can be reached with its settings and allows what its policy needs. */
import type { StoredDestination } from '../store/destinations.ts';
import type { Queryable } from '../store/statement.ts';
import type { Connect } from './connect.ts';
import type { Call, MappingRule, Trait } from './connector.ts';
import { classify, DestinationError } from './failure.ts';
import { WriteRefused } from './look-only.ts';
import { faultsOf } from './policy-faults.ts';
import { requireGroups } from './policy-groups.ts';
import { membershipsOf } from './policy-memberships.ts';
import type { Connected } from './reconcile.ts';

/** Somebody no destination knows: to be allowed to look for them is a part of what is tested. */
const nobody = { key: '', email: 'nobody@rollcall.invalid' };

/** What is tested, in this order; what comes after a failure is not. */
export type CheckName = 'settings' | 'policy' | 'reach' | 'permissions' | 'memberships';

/** How one check went. */
export interface Check {
  readonly name: CheckName;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What is wrong; `null` where nothing is, or it was not tested. */
  readonly message: string | null;
}

/** How a test went. */
export interface TestedDestination {
  readonly checks: readonly Check[];
  /** What the destination says of itself, where it was reached. */
  readonly traits: readonly Trait[];
  /** It answers, and what Rollcall needs there is made by the first look at somebody: a test writes nothing. */
  readonly unprepared: boolean;
  /** What failed; `null` where nothing did. */
  readonly fault: DestinationError | null;
}

/** What testing needs of the world. */
export interface TestWorld {
  readonly db: Queryable;
  readonly connect: Connect;
}

/** Looks for nobody, then has the connector test what it needs, and the memberships of the policy with it. */
export async function testDestination(
  { db, connect }: TestWorld,
  destination: StoredDestination,
  signal: AbortSignal,
): Promise<TestedDestination> {
  let unprepared = false;
  const call: Call = {
    ...{ urgent: true, signal },
    beforeWrite: async () => {
      unprepared = true;
      throw new WriteRefused('A test writes nothing.');
    },
  };
  let connected: Connected | null = null;
  const at = () => (connected ??= connect(destination, 'afresh'));
  const tested = async (memberships: readonly string[]) => {
    try {
      await at().target.test({ ...call, memberships });
    } catch (error) {
      if (!unprepared) throw error;
    }
  };
  let traits: readonly Trait[] = [];
  const { checks, fault } = await inTurn([
    ['settings', async () => void at()],
    ['policy', () => policyHolds(db, destination.tenantId, at())],
    [
      'reach',
      async () => {
        const { target, policy } = at();
        await target.find(nobody, ['email'], call);
        const names = (rules: readonly MappingRule[] = []) => rules.map(({ to }) => to);
        const mapped = { users: names(policy.mapping), groups: names(policy.push?.mapping) };
        traits = (await target.traits?.(mapped, call)) ?? [];
      },
    ],
    ['permissions', () => tested([])],
    ['memberships', () => tested(membershipsOf(at().policy))],
  ]);
  return { checks, traits, unprepared, fault };
}

async function policyHolds(db: Queryable, tenantId: string, { policy }: Connected): Promise<void> {
  const [fault] = faultsOf(policy);
  if (fault !== undefined)
    throw new DestinationError('misconfigured', fault, { code: 'policy_unreadable' });
  await requireGroups(db, tenantId, policy);
}

/** Runs checks until one fails; the others are told as skipped. */
async function inTurn(
  all: readonly (readonly [name: CheckName, check: () => Promise<void>])[],
): Promise<Pick<TestedDestination, 'checks' | 'fault'>> {
  const checks: Check[] = [];
  let fault: DestinationError | null = null;
  for (const [name, check] of all) {
    if (fault === null) fault = await check().then(() => null, classify);
    else {
      checks.push({ name, outcome: 'skipped', message: null });
      continue;
    }
    checks.push({
      name,
      outcome: fault === null ? 'passed' : 'failed',
      message: fault?.message ?? null,
    });
  }
  return { checks, fault };
}

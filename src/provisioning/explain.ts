/**
 * Explains one person at one destination, step by step, by the code that acts: who says so, whether
 * they are in scope, what they are entitled to, the account that should be, what is at the destination,
 * what would happen now, what the guard decided, and how the last look ended. Writes nothing.
 */
import type { JsonObject } from '../model.ts';
import {
  type DestinationKey,
  destinationsOf,
  type StoredDestination,
} from '../store/destinations.ts';
import { type DueLink, linkPage } from '../store/due-links.ts';
import { type FoundLink, findLinks, type LinkHistory, linkHistory } from '../store/people.ts';
import {
  accountWords,
  changeWords,
  grantWords,
  guardWords,
  historyWords,
  importWords,
  matchWords,
} from './explain-words.ts';
import { classify } from './failure.ts';
import { grantsOf } from './grants.ts';
import { lookingGuard } from './guarding.ts';
import { claimsToLook, type LookingWorld, lookOnly } from './look-only.ts';
import { lookedAt, requireGroups } from './policy-groups.ts';
import { project } from './project.ts';
import { type Connected, type Decision, decide } from './reconcile.ts';
import { stepsOf } from './reconciled.ts';
import { scopeOf } from './scope.ts';
import { subjectOf } from './subject.ts';

/** One step, in words for a merchant, and in detail for a program. */
export interface Step {
  readonly name: 'import' | 'scope' | 'grants' | 'account' | 'match' | 'plan' | 'guard' | 'last';
  readonly words: string;
  readonly detail?: JsonObject;
}

/** Everything about one person at one destination. */
export interface Explanation {
  readonly destinationId: string;
  readonly destinationName: string;
  readonly destinationState: string;
  readonly linkId: string;
  readonly resourceId: string;
  /** The userName, also of somebody who was deleted. */
  readonly person: string;
  readonly steps: readonly Step[];
}

/** Where to look: all destinations of a tenant, or one. */
export interface WhoAndWhere {
  readonly tenantId: string;
  /** A userName, an e-mail address, a SCIM id or a link id. */
  readonly person: string;
  readonly destinationId: string | null;
}

/** How long a destination may take to be asked about one person, in milliseconds. */
const patienceMs = 20_000;

/** Explains a person at every destination, or one; several people with one address are all told. */
export async function explain(
  world: LookingWorld,
  { tenantId, person, destinationId }: WhoAndWhere,
): Promise<readonly Explanation[]> {
  const found = await findLinks(world.pool, tenantId, person);
  const destinations = (await destinationsOf(world.pool, tenantId)).filter(
    ({ id }) => destinationId === null || id === destinationId,
  );
  const explained = destinations.map(async (destination) => {
    const all = await linksAt(world, destination, found);
    return Promise.all(all.map(async (at) => explanationOf(at, await stepsFor(at, stepsThere))));
  });
  return (await Promise.all(explained)).flat();
}

/** How somebody stands at a destination, as far as it is known here: nothing is asked of the destination. */
export interface Standing extends Explained {
  readonly steps: readonly Step[];
}

/** How the person with a SCIM id stands at every destination; also of somebody who was deleted. */
export async function standingsOf(
  world: LookingWorld,
  tenantId: string,
  personId: string,
): Promise<readonly Standing[]> {
  const [found, destinations] = await Promise.all([
    findLinks(world.pool, tenantId, personId),
    destinationsOf(world.pool, tenantId),
  ]);
  const standings = destinations.map(async (destination) => {
    const all = await linksAt(world, destination, found);
    return Promise.all(all.map(async (at) => ({ ...at, steps: await stepsFor(at, notThere) })));
  });
  return (await Promise.all(standings)).flat();
}

/** Somebody at a destination, with what is known here of both. */
export interface Explained {
  readonly world: LookingWorld;
  readonly destination: StoredDestination;
  readonly connected: ConnectedOrFault;
  readonly link: DueLink;
  readonly history: LinkHistory;
}

async function linksAt(
  world: LookingWorld,
  destination: StoredDestination,
  found: readonly FoundLink[],
): Promise<readonly Explained[]> {
  const these = found
    .filter(({ destinationId }) => destinationId === destination.id)
    .map(({ linkId }) => linkId);
  if (these.length === 0) return [];
  const key = keyOfDestination(destination);
  const connected = connectedOrFault(world, destination);
  const looked = 'fault' in connected ? { groups: [], pushes: false } : lookedAt(connected.policy);
  const links = await linkPage(world.pool, key, { which: { these }, limit: these.length, looked });
  const all = links.map(async (link) => {
    const history = await linkHistory(world.pool, key, link.id);
    return history === null ? [] : [{ world, destination, connected, link, history }];
  });
  return (await Promise.all(all)).flat();
}

function explanationOf(
  { destination, link, history }: Explained,
  steps: readonly Step[],
): Explanation {
  return {
    destinationId: destination.id,
    destinationName: destination.name,
    destinationState: stateWords(destination),
    linkId: link.id,
    resourceId: link.resourceId,
    person: String(link.resource?.userName ?? history.userName ?? link.email ?? link.resourceId),
    steps,
  };
}

function keyOfDestination({ tenantId, id }: StoredDestination): DestinationKey {
  return { tenantId, destinationId: id };
}

function stateWords({ state, reason }: StoredDestination): string {
  return reason === null ? state : `${state}: ${reason}`;
}

/** A destination, or what keeps it from being connected, as a sentence. */
export type ConnectedOrFault = Connected | { readonly fault: string };

function connectedOrFault(world: LookingWorld, destination: StoredDestination): ConnectedOrFault {
  try {
    return world.connect(destination);
  } catch (error) {
    return { fault: classify(error).message };
  }
}

/** Steps that depend on what the destination answers; `notThere` asks nothing of it. */
type StepsThere = (at: Explained, connected: Connected) => Promise<readonly Step[]>;

const notThere: StepsThere = async () => [];

async function stepsFor(at: Explained, stepsThere: StepsThere): Promise<readonly Step[]> {
  const { world, destination, connected, link, history } = at;
  const first: Step = { name: 'import', words: importWords(link, history) };
  const last = [
    ...guardStep(link, history),
    { name: 'last', words: historyWords(link, history) },
  ] as const;
  if ('fault' in connected) return [first, { name: 'plan', words: connected.fault }, ...last];
  const known: Step[] = [first];
  try {
    await requireGroups(world.pool, destination.tenantId, connected.policy);
    if (link.resource !== null) known.push(...stepsOnRoll(link, link.resource, connected));
    known.push(...(await stepsThere(at, connected)));
  } catch (error) {
    known.push({ name: 'plan', words: classify(error).message });
  }
  return [...known, ...last];
}

/** What the guard, or somebody who was asked by it, decided about this person. */
function guardStep(link: DueLink, { leaveAt }: LinkHistory): readonly Step[] {
  if (link.leave === null) return [];
  const since = leaveAt?.toISOString() ?? null;
  const detail = { mark: link.leave, since, memberships: link.withheld };
  return [{ name: 'guard', words: guardWords(link, since), detail }];
}

/** What follows from the roll and the policy alone. */
function stepsOnRoll(link: DueLink, user: JsonObject, connected: Connected): readonly Step[] {
  const subject = subjectOf(user, link);
  const { covered, why } = scopeOf(subject, connected.policy);
  const scope: Step = {
    name: 'scope',
    words: `${covered ? 'in scope' : 'out of scope'} (${why})`,
    detail: { covered, why },
  };
  if (!covered) return [scope];
  const grants = grantsOf(subject, connected.policy);
  const projection = project(link.id, subject, connected);
  return [
    scope,
    {
      name: 'grants',
      words: grantWords(grants, link.sourceName, subject),
      detail: {
        grants: grants.map(({ membership, reason }) => ({ membership, reason: { ...reason } })),
        stored: subject.grants.map((grant) => ({ ...grant })),
      },
    },
    { name: 'account', words: accountWords(projection) },
  ];
}

/** What is found at the destination, and what would happen now. */
async function stepsThere(
  { world: { pool, now }, destination, link }: Explained,
  connected: Connected,
): Promise<readonly Step[]> {
  const key = keyOfDestination(destination);
  const call = lookOnly(AbortSignal.timeout(patienceMs), 'somebody waits');
  // A person is asked about because somebody doubts: what is remembered of the account is not enough.
  const afresh = { ...link, lookAgain: true };
  const guard = lookingGuard({ db: pool, key, policy: connected.policy, leaving: null });
  const claims = claimsToLook(pool, key, connected, guard);
  const decision = await decide(afresh, connected, claims, call, new Date(now()));
  return [{ name: 'match', words: matchWords(link, decision.known) }, planStep(decision)];
}

function planStep({ plan, desired, postponed }: Decision): Step {
  if (postponed !== null)
    return {
      name: 'plan',
      words: `${postponed.plan}: ${postponed.reason ?? ''}`,
      detail: postponed.steps,
    };
  const detail = stepsOf(desired, plan);
  const reason = 'reason' in plan ? `: ${plan.reason}` : '';
  return { name: 'plan', words: `${plan.kind}${reason}${changeWords(detail)}`, detail };
}

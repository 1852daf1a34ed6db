/** The guard on the command line: who is held, and what is decided about them. */
import { decideAbout, type GuardStatus, guardStatus } from '../provisioning/guard-status.ts';
import type { DestinationKey } from '../store/destinations.ts';
import type { GuardedLink } from '../store/guard-decisions.ts';
import { type Context, theDestination, UsageError } from './context.ts';

const pageSize = 200;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `guard list`. */
export async function listGuarded(context: Context): Promise<string> {
  const key = await keyOf(context);
  const people: GuardedLink[] = [];
  for (let after: string | null = null; ; ) {
    const status = await statusOf(context, key, after);
    people.push(...status.people);
    after = status.next;
    if (after !== null) continue;
    return context.options.json === true
      ? JSON.stringify({ ...status, people }, null, 2)
      : [headOf(status), ...people.map(lineOf)].join('\n');
  }
}

/** `guard allow` and `guard discard`. */
export async function decideGuarded(context: Context, what: 'allow' | 'discard'): Promise<string> {
  const { options, positionals, database } = context;
  const key = await keyOf(context);
  const wrong = positionals.find((id) => !uuid.test(id));
  if (wrong !== undefined)
    throw new UsageError(`${wrong} is not the id of a link: see rollcall guard list.`);
  if ((options.all === true) === positionals.length > 0)
    throw new UsageError(
      `Say whom: rollcall guard ${what} --all, or the links of rollcall guard list.`,
    );
  const who = options.all === true ? 'all' : positionals;
  const decision = { what, actor: 'cli', requestId: null };
  const decided = (await decideAbout(database.pool, key, who, decision)) ?? 0;
  if (decided === 0) throw new UsageError('Nobody of these is held: see rollcall guard list.');
  return what === 'allow'
    ? `${peopleOf(decided)} will leave.`
    : `${peopleOf(decided)} will stay as they are, until they return.`;
}

async function keyOf(context: Context): Promise<DestinationKey> {
  const { tenantId, id } = await theDestination(context);
  return { tenantId, destinationId: id };
}

async function statusOf(
  { database: { pool } }: Context,
  key: DestinationKey,
  after: string | null,
): Promise<GuardStatus> {
  const status = await guardStatus(pool, key, { mark: 'held', limit: pageSize, after });
  if (status === null) throw new UsageError('The destination was removed meanwhile.');
  return status;
}

function headOf({ counts, limits, since }: GuardStatus): string {
  const { accounts, left, waiting, heldAccounts, heldMemberships, discarded } = counts;
  const held =
    heldAccounts + heldMemberships === 0
      ? 'Nobody is held.'
      : `${peopleOf(heldAccounts + heldMemberships)} held.`;
  return (
    `${held} ${left} of ${accounts} left since ${since.toISOString()}, ${waiting} are about to; ` +
    `at most ${limits.most} in 24 hours may (floor ${limits.floor}, share ${limits.share}). ${discarded} discarded.`
  );
}

function lineOf({ link, name, email, memberships, since, reason }: GuardedLink): string {
  const who = [name, email === name ? null : email].filter((part) => part !== null).join(' ');
  const what = memberships === null ? 'leaves' : `loses ${memberships.join(', ')}`;
  return `${link}  ${who}  ${what}, held since ${since.toISOString()}: ${reason ?? ''}`;
}

const peopleOf = (count: number): string => (count === 1 ? '1 person' : `${count} people`);

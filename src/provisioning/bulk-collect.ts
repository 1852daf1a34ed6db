/** Collects the creations that wait at a destination into a file of lines. */
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectLines, type NewLine } from '../store/bulk-lines.ts';
import type { BulkLease } from '../store/bulk-loads.ts';
import { findDestination, type StoredDestination } from '../store/destinations.ts';
import { type DueLink, dueLinks } from '../store/due-links.ts';
import type { Bulk } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { LeaseLost } from './failure.ts';
import { lookedAt, refuseMissing } from './policy-groups.ts';
import { asCreated } from './project.ts';
import { type Connected, desire, fingerprintOf, permissions } from './reconcile.ts';
import { finished } from './reconciled.ts';

/** What is collected, and where to. */
export interface Collecting {
  readonly world: Pick<DrainWorld, 'pool' | 'connect'>;
  readonly lease: BulkLease;
  readonly runId: string;
  /** Where the file is to be. */
  readonly path: string;
  readonly signal: AbortSignal;
}

const pageSize = 500;

/**
 * Writes the file, page by page; each page is marked in flight in one statement before it is written.
 * @returns how many lines it has
 * @throws `LeaseLost` when this worker may not go on
 */
export async function collect(collecting: Collecting): Promise<number> {
  await using file = await open(collecting.path, 'wx', 0o600);
  let [lines, bytes] = [0, 0];
  let destination = await destinationOf(collecting);
  for (;;) {
    collecting.signal.throwIfAborted();
    const page = await readPage(collecting, destination);
    // A link that was read after a change of policy is to be judged by the new one.
    const now = await destinationOf(collecting);
    const stale = JSON.stringify(now.policy) !== JSON.stringify(destination.policy);
    destination = now;
    if (stale) continue;
    const room = page.bulk.maxBytes - bytes;
    const { fitting, full } = cut(page.creations, room);
    if (fitting.length === 0 && page.passedOver.length === 0) return lines;
    const taken = await take(collecting, { ...page, creations: fitting }, lines);
    bytes += await append(file, taken);
    lines += taken.length;
    if (full) return lines;
  }
}

async function destinationOf({ world, lease }: Collecting): Promise<StoredDestination> {
  const destination = await findDestination(world.pool, lease);
  if (destination === null || destination.state !== 'active') throw new LeaseLost();
  return destination;
}

/** A creation: its line in the file, and what is kept of it here. */
interface Creation extends NewLine {
  readonly text: string;
}

interface Page {
  readonly bulk: Bulk;
  readonly creations: readonly Creation[];
  /** Links that are to be looked at one by one: nothing is to be created, or not in one line. */
  readonly passedOver: readonly string[];
}

async function readPage(
  { world, lease }: Collecting,
  destination: StoredDestination,
): Promise<Page> {
  const connected = world.connect(destination);
  const { bulk } = connected.target;
  if (bulk === undefined) throw new LeaseLost();
  const { policy } = connected;
  const looked = lookedAt(policy);
  const due = { lane: 'creatable', inHand: [], limit: pageSize, looked } as const;
  const links = await dueLinks(world.pool, lease, due);
  refuseMissing(policy, links[0]?.missingGroups ?? []);
  const creations: Creation[] = [];
  const passedOver: string[] = [];
  for (const link of links) {
    const creation = creationOf(link, connected, bulk);
    if (creation === null) passedOver.push(link.id);
    else creations.push(creation);
    // Somebody who leaves meanwhile must not wait until a page is projected.
    if ((creations.length + passedOver.length) % 25 === 0) await nextTurn();
  }
  return { bulk, creations, passedOver };
}

/** The creation that a link asks for, or `null` where single calls must see to it. */
export function creationOf(link: DueLink, connected: Connected, bulk: Bulk): Creation | null {
  const may = permissions(link, connected.policy);
  const desired = desire(link, connected);
  if (desired.kind !== 'account' || !desired.account.active || !may.create) return null;
  // What an administrator decided about them is not to make an account.
  if (link.chosen !== null || link.leftAlone) return null;
  const account = asCreated(desired.account);
  const text = bulk.line(account);
  if (text === null) return null;
  const fingerprint = fingerprintOf(desired, may);
  const made = finished({ link, desired, fingerprint }, { kind: 'create', account });
  return {
    text,
    linkId: link.id,
    wanted: link.wanted,
    requestedAt: link.requestedAt,
    fingerprint,
    email: account.email,
    memberships: made.account.memberships,
    applied: made.account.applied,
    clean: link.memberships.length === 0 && link.applied.length === 0,
    detail: made.steps,
  };
}

/** As many as there is room for. */
function cut(
  creations: readonly Creation[],
  room: number,
): { readonly fitting: readonly Creation[]; readonly full: boolean } {
  let left = room;
  const end = creations.findIndex(({ text }) => {
    left -= Buffer.byteLength(text) + 1;
    return left < 0;
  });
  return end < 0
    ? { fitting: creations, full: false }
    : { fitting: creations.slice(0, end), full: true };
}

/** The texts of those that could be marked, in the order of their numbers. */
async function take(
  { world, lease, runId }: Collecting,
  { creations, passedOver }: Page,
  from: number,
): Promise<readonly string[]> {
  const lines = creations.map(({ text: _apart, ...line }) => line);
  const taken = await collectLines(world.pool, lease, runId, { lines, from, passedOver });
  if (taken === 'lost') throw new LeaseLost();
  const texts = new Map(creations.map(({ linkId, text }) => [linkId, text]));
  return taken.map(({ linkId }) => texts.get(linkId) ?? '');
}

async function append(file: FileHandle, texts: readonly string[]): Promise<number> {
  const chunk = Buffer.from(texts.map((text) => `${text}\n`).join(''));
  await file.appendFile(chunk);
  return chunk.length;
}

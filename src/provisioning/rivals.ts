/** Whoever else on the roll an existing account would be given to. */
import type { DestinationKey } from '../store/destinations.ts';
import { type DueLink, linkPage } from '../store/due-links.ts';
import { unlinkedWith } from '../store/people.ts';
import type { Queryable } from '../store/statement.ts';
import { speaksFor } from './plan.ts';
import { lookedAt } from './policy-groups.ts';
import { type Connected, type Deciding, desire } from './reconcile.ts';

/** Asks the roll of a destination, by the policy that is looked at. */
export function rivalsAt(
  db: Queryable,
  key: DestinationKey,
  connected: Pick<Connected, 'connector' | 'policy'>,
): Deciding['rivals'] {
  const looked = lookedAt(connected.policy);
  const wants = (link: DueLink, email: string) => {
    const desired = desire(link, connected);
    const active = desired.kind === 'account' && desired.account.active;
    return active && desired.account.email === email && speaksFor(link, email);
  };
  return async (linkId, email) => {
    const these = (await unlinkedWith(db, key, email)).filter((id) => id !== linkId);
    if (these.length === 0) return [];
    const links = await linkPage(db, key, { which: { these }, limit: these.length, looked });
    return links
      .filter((link) => wants(link, email))
      .map(({ resource, resourceId }) => String(resource?.userName ?? resourceId));
  };
}

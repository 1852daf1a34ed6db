/** What memberships there are to pick from at a destination, for whoever writes its policy. */
import type { Call, CataloguePage, Connector } from './connector.ts';
import { classify } from './failure.ts';
import type { Connected } from './reconcile.ts';

/** A page of what can be picked; `help` says what else a membership may be. */
export interface Catalogue extends CataloguePage {
  readonly help: string | null;
}

/** How long a person waits for a page of it. */
const patienceMs = 20_000;

/**
 * Asks the destination for a page.
 * @param after the `next` of the page before; `null` for the first
 * @throws `DestinationError`
 */
export async function catalogueOf(
  {
    connector,
    target,
  }: Pick<Connected, 'target'> & {
    readonly connector: Pick<Connector, 'membershipHelp'>;
  },
  after: string | null,
): Promise<Catalogue> {
  const help = connector.membershipHelp ?? null;
  if (target.catalogue === undefined) return { entries: [], next: null, help };
  const call: Call = {
    urgent: true,
    signal: AbortSignal.timeout(patienceMs),
    beforeWrite: () => Promise.reject(new Error('a catalogue is only read')),
  };
  try {
    return { ...(await target.catalogue(after, call)), help };
  } catch (error) {
    throw classify(error);
  }
}

/** Where courses are held: destinations that are not the shop itself. */
import { useAnswer } from '../api/queries.ts';

/** A destination. */
export interface Destination {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  /** Nothing secret is among them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly state: 'active' | 'paused' | 'quarantined';
  readonly reason: string | null;
  /** It asked for a break until then. */
  readonly pausedUntil: string | null;
}

/** A setting of a kind of destination. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** What can be chosen, where not any text is taken. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Under which words it is folded away with others. */
  readonly group?: string;
}

/** A kind of destination. */
export interface Connector {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
  readonly membershipHelp: string | null;
  /** It is a shop. */
  readonly sells: boolean;
  /** Groups can be made there. */
  readonly groups: boolean;
  /** Its accounts can be listed. */
  readonly lists: boolean;
}

/** Every destination of the tenant. */
export function useDestinations(everyMs?: number) {
  const answer = useAnswer<{ readonly destinations: readonly Destination[] }>(
    '/destinations',
    everyMs === undefined ? {} : { everyMs },
  );
  return { ...answer, data: answer.data?.destinations };
}

/** Every kind of destination. */
export function useConnectors() {
  const answer = useAnswer<{ readonly connectors: readonly Connector[] }>('/connectors');
  return { ...answer, data: answer.data?.connectors };
}

/** What people call a kind. */
export function titleOf(connectors: readonly Connector[] | undefined, name: string): string {
  return connectors?.find((connector) => connector.name === name)?.title ?? name;
}

/** The destinations that are no shop. */
export function lmsOf(
  destinations: readonly Destination[],
  connectors: readonly Connector[],
): readonly Destination[] {
  const shops = connectors.filter(({ sells }) => sells).map(({ name }) => name);
  return destinations.filter(({ connector }) => !shops.includes(connector));
}

import type { Connector } from '../provisioning/connector.ts';
import type { Policy } from '../provisioning/policy.ts';
import type { Source } from '../store/sources.ts';

/** Who asks: a live credential of a source, and the destinations of its tenant. */
export interface Access {
  readonly source: Source;
  /** The credential, for the log: never the token itself. */
  readonly actor: string;
  readonly destinations: readonly DestinationRules[];
}

/** Of a destination, what decides whether it would refuse somebody. */
export interface DestinationRules {
  readonly id: string;
  readonly connector: Connector;
  readonly policy: Policy;
}

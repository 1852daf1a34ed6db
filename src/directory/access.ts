import type { Connector } from '../provisioning/connector.ts';
import type { Policy } from '../provisioning/policy.ts';
import type { ResourceTypes } from '../scim/resource-types.ts';
import type { Source } from '../store/sources.ts';

/** Who asks: a live credential of a source, and the destinations of its tenant. */
export interface Access {
  readonly source: Source;
  /** The resource types as this source has them: its extensions, and its way with unknown attributes. */
  readonly types: ResourceTypes;
  /** The credential, for the log: never the token itself. */
  readonly actor: string;
  /** What cursors and limits belong to: one name for all access tokens of the source's OAuth client. */
  readonly credential: string;
  /** The user a token is bound to: /Me. */
  readonly userId: string | null;
  readonly destinations: readonly DestinationRules[];
}

/** Of a destination, what decides whether it would refuse somebody. */
export interface DestinationRules {
  readonly id: string;
  readonly connector: Connector;
  readonly policy: Policy;
}

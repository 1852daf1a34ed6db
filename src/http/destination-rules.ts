/** Of each destination, what decides whether it would refuse somebody. */
import type { DestinationRules } from '../directory/access.ts';
import type { Connector } from '../provisioning/connector.ts';
import { type Policy, policySchema } from '../provisioning/policy.ts';
import { faultsOf } from '../provisioning/policy-faults.ts';
import type { StoredDestination } from '../store/destinations.ts';
import { BoundedMap } from './bounded-map.ts';

/**
 * Reads the rules of a destination; none where its connector or its policy is not readable: its drain
 * says so, and an identity provider can do nothing about it.
 */
export function destinationRules(
  connectorNamed: (name: string) => Connector | null,
): (destination: StoredDestination) => readonly DestinationRules[] {
  const readPolicy = policyReader();
  return ({ id, connector: name, policy: stored }) => {
    const connector = connectorNamed(name);
    const policy = readPolicy(stored);
    return connector === null || policy === null ? [] : [{ id, connector, policy }];
  };
}

const mostPolicies = 1_000;

/** Parsed policies by their text: parsing once a change keeps what is compiled from them. */
function policyReader(): (policy: StoredDestination['policy']) => Policy | null {
  const known = new BoundedMap<Policy | null>(mostPolicies);
  return (stored) => {
    const text = JSON.stringify(stored);
    const parsed = known.get(text);
    if (parsed !== undefined) return parsed;
    const policy = policySchema.safeParse(stored).data ?? null;
    const readable = policy === null || faultsOf(policy).length > 0 ? null : policy;
    known.set(text, readable);
    return readable;
  };
}

/** What is wrong with a policy before it is in force. Pure. */
import type { Connector } from '../provisioning/connector.ts';
import { customPaths } from '../provisioning/mapping.ts';
import type { Policy } from '../provisioning/policy.ts';
import { faultsOf } from '../provisioning/policy-faults.ts';
import { membershipFaults, pushFaults } from '../provisioning/policy-memberships.ts';
import { printPatchPath } from '../scim/patch-path.ts';
import { findExtension, type ProtocolSettings, resourceTypesOf } from '../scim/resource-types.ts';
import { findAttribute } from '../scim/schema.ts';

/** What a policy is held against. */
export interface PolicyOf {
  readonly connector: Connector;
  /** The connections whose people it is about. */
  readonly sources: readonly ProtocolSettings[];
}

/** A sentence for each fault. */
export function policyFaults(policy: Policy, { connector, sources }: PolicyOf): readonly string[] {
  const unreadable = faultsOf(policy);
  return [
    ...unreadable,
    ...membershipFaults(policy, connector),
    ...pushFaults(policy, connector),
    ...unknownNames(policy, connector),
    ...(unreadable.length > 0 ? [] : unknownSources(policy, sources)),
  ];
}

/** A mapping to an attribute that the destination has not got would silently do nothing. */
function unknownNames({ mapping }: Policy, connector: Connector): readonly string[] {
  const known = new Set(connector.mapping.map(({ to }) => to));
  const complaint = (to: string): string | null => {
    if (known.has(to)) return null;
    const others = connector.otherAttributes;
    if (others === undefined || !to.startsWith(others.prefix))
      return `There is no attribute ${to} at this destination: choose one of ${[...known].join(', ')}.`;
    const fault = others.check(to);
    return fault === null ? null : `The attribute ${JSON.stringify(to)} ${fault}.`;
  };
  const twice = mapping.filter(
    ({ to }, index) => mapping.findIndex((rule) => rule.to === to) < index,
  );
  return [
    ...mapping.flatMap(({ to }) => complaint(to) ?? []),
    ...twice.map(({ to }) => `${to} is mapped twice: keep one of the two.`),
  ];
}

/** A mapping from a custom attribute that no connection has would empty what it maps to. */
function unknownSources(
  { mapping }: Policy,
  sources: readonly ProtocolSettings[],
): readonly string[] {
  const types = sources.map((source) => resourceTypesOf(source).User);
  return customPaths(mapping).flatMap((path) => {
    const known = types.some((type) => {
      const extension = findExtension(type, path.urn ?? '');
      return (
        extension !== undefined && findAttribute(extension.attributes, path.attribute) !== undefined
      );
    });
    const name = printPatchPath(path);
    return known ? [] : [`No connection defines the custom attribute ${name}: define it first.`];
  });
}

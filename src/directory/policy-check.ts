/** What is wrong with a policy before it is in force. Pure. */
import type { Connector, MappingRule, OtherAttributes } from '../provisioning/connector.ts';
import { customPaths, mappedGroup } from '../provisioning/mapping.ts';
import type { Policy } from '../provisioning/policy.ts';
import { faultsOf } from '../provisioning/policy-faults.ts';
import { membershipFaults, pushFaults } from '../provisioning/policy-memberships.ts';
import { printPatchPath } from '../scim/patch-path.ts';
import {
  findExtension,
  type ProtocolSettings,
  type ResourceType,
  resourceTypesOf,
  userType,
} from '../scim/resource-types.ts';
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
  const groupMapping = policy.push?.mapping ?? [];
  return [
    ...unreadable,
    ...membershipFaults(policy, connector),
    ...pushFaults(policy, connector),
    ...unknownNames(policy.mapping, ofAccounts(connector)),
    ...(connector.groups === undefined ? [] : unknownNames(groupMapping, ofGroups(connector))),
    ...namelessGroups(policy),
    ...(unreadable.length > 0
      ? []
      : [
          ...unknownSources(policy.mapping, userType, sources),
          ...unknownSources(groupMapping, mappedGroup, sources),
        ]),
  ];
}

/** What a mapping may write to: these, and others that it names. */
interface Writable {
  readonly known: readonly string[];
  readonly others: OtherAttributes | undefined;
}

const ofAccounts = ({ mapping, otherAttributes: others }: Connector): Writable => ({
  known: mapping.map(({ to }) => to),
  others,
});

const ofGroups = ({ groups }: Connector): Writable => ({
  known: ['displayName'],
  others: groups?.otherAttributes,
});

/** A mapping to an attribute that the destination has not got would silently do nothing. */
function unknownNames(
  mapping: readonly MappingRule[],
  { known, others }: Writable,
): readonly string[] {
  const complaint = (to: string): string | null => {
    if (known.includes(to)) return null;
    if (others === undefined || !to.startsWith(others.prefix))
      return `There is no attribute ${to} at this destination: choose one of ${known.join(', ')}.`;
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

/** A group that is called nothing cannot be made, and by its name one that is there is found. */
function namelessGroups({ push }: Policy): readonly string[] {
  if (push === null) return [];
  const name = push.mapping.find(({ to }) => to === 'displayName');
  if (name === undefined) return ['Groups need a name there: map displayName.'];
  return name.only === undefined
    ? []
    : ['displayName of a group is always mapped: take only out of it.'];
}

/** A mapping from a custom attribute that no connection has would empty what it maps to. */
function unknownSources(
  mapping: readonly MappingRule[],
  type: ResourceType,
  sources: readonly ProtocolSettings[],
): readonly string[] {
  const types = sources.map((source) => resourceTypesOf(source)[type.name]);
  return customPaths(mapping, type).flatMap((path) => {
    const known = types.some((one) => {
      const extension = findExtension(one, path.urn ?? '');
      return (
        extension !== undefined && findAttribute(extension.attributes, path.attribute) !== undefined
      );
    });
    const name = printPatchPath(path);
    return known ? [] : [`No connection defines the custom attribute ${name}: define it first.`];
  });
}

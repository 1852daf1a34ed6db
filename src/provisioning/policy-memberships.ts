/** The memberships a policy may give, and what a destination says of them when a policy is saved. Pure. */
import type { Connector } from './connector.ts';
import type { Policy } from './policy.ts';
import { once } from './subject.ts';

/** Every membership a policy may give to anybody, each once. */
export const membershipsOf: (policy: Policy) => readonly string[] = once((policy: Policy) => [
  ...new Set([...policy.memberships, ...policy.rules.flatMap(({ memberships }) => memberships)]),
]);

/** What of making groups there cannot be done at this kind of destination. */
export function pushFaults(
  { push }: Policy,
  { groups, title }: Pick<Connector, 'groups' | 'title'>,
): readonly string[] {
  return push === null || groups !== undefined
    ? []
    : [`${title} cannot be given groups: take push out of the policy.`];
}

/** A sentence for each membership of a policy that there cannot be at this kind of destination. */
export function membershipFaults(
  policy: Policy,
  connector: Pick<Connector, 'checkMembership'>,
): readonly string[] {
  return membershipsOf(policy).flatMap((text) => {
    const complaint = connector.checkMembership?.(text) ?? null;
    return complaint === null ? [] : [`The membership ${JSON.stringify(text)} ${complaint}.`];
  });
}

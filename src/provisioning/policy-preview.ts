/** What a policy would make of one person, or one group, attribute by attribute. Asks nobody and writes nothing. */
import type { JsonObject } from '../model.ts';
import { userType } from '../scim/resource-types.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { linkPage } from '../store/due-links.ts';
import { groupOf } from '../store/group-list.ts';
import { findLinks } from '../store/people.ts';
import type { Queryable } from '../store/statement.ts';
import type { Connector, MappingRule, Refusal } from './connector.ts';
import { grantsOf, type Reason } from './grants.ts';
import { wantedGroup } from './group-plan.ts';
import { compileMapping, mappedGroup } from './mapping.ts';
import type { Policy } from './policy.ts';
import { lookedAt, requireGroups } from './policy-groups.ts';
import { asCreated, emailOf, project } from './project.ts';
import { scopeOf } from './scope.ts';
import { type Subject, subjectOf } from './subject.ts';

/** How one attribute comes to be. */
export interface AttributePreview {
  readonly to: string;
  /** The path that gave the value; `null` where it is a constant, or no path gave one. */
  readonly from: string | null;
  /** As the person has it; `null` where they have none, or the rule's condition keeps it back. */
  readonly value: string | null;
  /** After the rule's transform. */
  readonly transformed: string | null;
  /** In the destination's own form. */
  readonly result: string | null;
}

/** The account that would be. */
export interface AccountPreview {
  /** What a person calls them. */
  readonly person: string;
  readonly scope: { readonly covered: boolean; readonly why: string };
  /** `null`: no address, and so no account. */
  readonly email: string | null;
  readonly active: boolean;
  readonly attributes: readonly AttributePreview[];
  readonly memberships: readonly { readonly membership: string; readonly reason: Reason }[];
  /** What the destination is known to refuse. */
  readonly refusals: readonly Refusal[];
}

/** Whom a policy is tried on. */
export interface TriedOn extends DestinationKey {
  readonly personId: string;
}

/**
 * Tries a policy on a person.
 * @returns `null` where there is nobody like that, or they are not brought to the destination
 * @throws `DestinationError` for a policy that cannot be read, or a group there is none of
 */
export async function previewAccount(
  db: Queryable,
  { personId, ...key }: TriedOn,
  of: { readonly connector: Connector; readonly policy: Policy },
): Promise<AccountPreview | null> {
  const found = await findLinks(db, key.tenantId, personId);
  const these = found.flatMap(({ destinationId, linkId }) =>
    destinationId === key.destinationId ? [linkId] : [],
  );
  await requireGroups(db, key.tenantId, of.policy);
  const looked = lookedAt(of.policy);
  const [link] = await linkPage(db, key, { which: { these }, limit: 1, looked });
  if (link === undefined || link.resource === null) return null;
  return accountOf(link.id, subjectOf(link.resource, link), of);
}

function accountOf(
  key: string,
  subject: Subject,
  of: { readonly connector: Connector; readonly policy: Policy },
): AccountPreview {
  const { user } = subject;
  const { policy } = of;
  const projected = project(key, subject, of);
  const account = projected?.account ?? null;
  const whole = account === null ? null : asCreated(account);
  const { covered, why } = scopeOf(subject, policy);
  const due = new Set(account?.memberships ?? []);
  return {
    person: String(user.displayName ?? user.userName ?? ''),
    scope: { covered, why },
    email: account?.email ?? emailOf(user),
    active: user.active !== false,
    attributes: policy.mapping.map((rule) => ({
      ...readBy(rule, user),
      result: whole?.attributes[rule.to] ?? null,
    })),
    memberships: grantsOf(subject, policy)
      .filter(({ membership }) => due.has(membership))
      .map(({ membership, reason }) => ({ membership, reason })),
    refusals: projected?.refusals ?? [],
  };
}

/** The group that would be. */
export interface GroupPreview {
  /** What it is called here. */
  readonly group: string;
  /** Whether the policy has it made there. */
  readonly sent: boolean;
  readonly attributes: readonly AttributePreview[];
  /** Why it would not be made; `null` where nothing is in the way. */
  readonly held: string | null;
}

/**
 * Tries a policy on a group.
 * @returns `null` where there is no group like that
 * @throws `DestinationError` for a policy that cannot be read
 */
export async function previewGroup(
  db: Queryable,
  { tenantId, groupId: id }: { readonly tenantId: string; readonly groupId: string },
  policy: Policy,
): Promise<GroupPreview | null> {
  const group = await groupOf(db, tenantId, id);
  if (group === null) return null;
  const wanted = wantedGroup({ id, group }, policy);
  return {
    group: String(group.displayName ?? id),
    sent: wanted.kind !== 'none',
    attributes: (policy.push?.mapping ?? []).map((rule) => {
      const read = readBy(rule, group, mappedGroup);
      return { ...read, result: read.transformed };
    }),
    held: wanted.kind === 'hold' ? wanted.reason : null,
  };
}

function readBy(
  rule: MappingRule,
  resource: JsonObject,
  type = userType,
): Omit<AttributePreview, 'result'> {
  const read = (how: MappingRule): string | null =>
    compileMapping([how], type)(resource)[rule.to] ?? null;
  const { transform: _later, ...plain } = rule;
  const value = read(plain);
  const paths = rule.constant === undefined ? [rule.from ?? []].flat() : [];
  const from =
    value === null ? null : paths.find((path) => read({ to: rule.to, from: path }) !== null);
  return { to: rule.to, from: from ?? null, value, transformed: read(rule) };
}

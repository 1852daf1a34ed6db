import { z } from 'zod';
import type { JsonObject } from '../model.ts';
import type { Connector, MappingRule } from './connector.ts';

const mappingRule = z.strictObject({
  to: z.string().min(1),
  from: z.union([z.string(), z.array(z.string()).min(1).readonly()]).optional(),
  constant: z.string().optional(),
  when: z.string().optional(),
  transform: z
    .enum(['lower', 'upper', 'country', 'region', 'language', 'firstLine', 'otherLines'])
    .optional(),
  only: z.literal('create').optional(),
}) satisfies z.ZodType<MappingRule>;

const groupRef = z.strictObject({
  source: z.string().min(1),
  id: z.uuid(),
  /** Its displayName when it was chosen, for people: the group is known by its id. */
  name: z.string(),
});

const rule = z.strictObject({
  when: z.union([
    z.strictObject({ group: groupRef }),
    z.strictObject({ filter: z.string() }),
    z.strictObject({ source: z.string().min(1) }),
  ]),
  memberships: z.array(z.string().min(1)).min(1),
});

/** As groups are called here. */
const usualGroupMapping: MappingRule[] = [{ to: 'displayName', from: 'displayName' }];

const push = z.strictObject({
  /** Which groups: all of the roll, or these. One of these that is deleted there is let go of. */
  groups: z.union([z.literal('all'), z.array(groupRef)]),
  create: z.boolean().default(true),
  update: z.boolean().default(true),
  /** Whether a group that is gone, or is not to be there any more, is deleted there, if it was made by us. */
  delete: z.boolean().default(false),
  /** Whether who is in such a group, also through another one, is its member there. */
  members: z.boolean().default(true),
  /** Which of a group's attributes go where; what goes to `displayName` is what it is called there. */
  mapping: z.array(mappingRule).default(usualGroupMapping),
});

/** Groups that are made at the destination. */
export type Push = z.infer<typeof push>;

/** A group of a source. */
export type GroupRef = z.infer<typeof groupRef>;

/** Memberships for whoever is in a group (also through another one), matches a filter, or comes from a source. */
export type Rule = z.infer<typeof rule>;

const usualGuard = { floor: 10, share: 0.2 };

/** How a destination's policy is stored and checked. */
export const policySchema = z.strictObject({
  /** Who is in scope: a SCIM filter over Users; `null` is everybody. */
  scope: z.string().nullable(),
  /** Who is in scope: the members of any of these groups, also through other groups; `null` is everybody, none nobody. */
  groups: z.array(groupRef).nullable().default(null),
  mapping: z.array(mappingRule),
  /** Matching attributes, tried together; two different hits are held. */
  match: z.array(z.enum(['key', 'email', 'phone'])),
  writes: z.strictObject({ create: z.boolean(), update: z.boolean() }),
  /** Who in scope gets an account: everybody, or only who has a membership; one that is there is kept up to date. */
  accounts: z.enum(['everybody', 'members']).default('everybody'),
  /** What is done about what somebody changed there of ours: put right, or told and left as it is. */
  drift: z.enum(['correct', 'report']).default('correct'),
  /** What leaving means: a DELETE at the source, or falling out of scope. */
  leave: z.enum(['keep', 'deactivate', 'delete', 'erase']),
  /** How long somebody must be out of scope before it counts, in milliseconds. */
  settleMs: z.number().int().min(0),
  /** Memberships everybody in scope has, e.g. a customer tag. */
  memberships: z.array(z.string()),
  /** Memberships for some. */
  rules: z.array(rule).default([]),
  /** Groups that are made there, with their members; `null`: none are. */
  push: push.nullable().default(null),
  /** When leaves wait for somebody: more than `floor` in 24 hours, and more than this `share` of the accounts. */
  guard: z
    .strictObject({ floor: z.number().int().min(0), share: z.number().min(0).max(1) })
    .default(usualGuard),
});

/** Who is in scope at a destination, what is written there, and what leaving means. */
export type Policy = z.infer<typeof policySchema>;

/** The guard of a stored policy, also where the rest of it cannot be read; else the usual one. */
export function guardIn(policy: JsonObject): Policy['guard'] {
  const read = policySchema.shape.guard.safeParse(policy.guard);
  return read.success ? read.data : usualGuard;
}

/** What is wrong with a policy that cannot be read: a sentence for each, with its place. */
export function unreadableIn(error: z.ZodError): readonly string[] {
  return error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'The policy' : path.join('.')}: ${message}`,
  );
}

/** The policy a new destination starts with. */
export function defaultPolicy(connector: Connector): Policy {
  return {
    scope: null,
    mapping: [...connector.mapping],
    match: [...connector.match],
    writes: { create: true, update: true },
    accounts: connector.accounts ?? 'everybody',
    drift: 'correct',
    leave: 'deactivate',
    settleMs: 30_000,
    memberships: [],
    groups: null,
    rules: [],
    push: null,
    guard: usualGuard,
  };
}

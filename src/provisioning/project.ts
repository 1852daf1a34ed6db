/** Projects a person of the roll onto a destination: the account that should be. Pure. */
import type { JsonObject } from '../model.ts';
import { parseFilter } from '../scim/filter.ts';
import { matcher } from '../scim/filter-match.ts';
import { checkFilter } from '../scim/resolved-filter.ts';
import { type ResourceType, userType } from '../scim/resource-types.ts';
import { attributeSet } from '../scim/schema.ts';
import type { Account, Connector, Refusal } from './connector.ts';
import { DestinationError } from './failure.ts';
import { compileMapping, compilePath, type Mapping } from './mapping.ts';
import type { Desired } from './plan.ts';
import type { Policy } from './policy.ts';

const primaryEmail = compilePath('emails.value');
const userName = compilePath('userName');

/** What a mailbox has at the least: something, an @, something with no white space. */
const addressLike = /^[^\s@]+@[^\s@]+$/;

/** The address of a person: the primary of `emails`, else `userName` where that is an address. */
export function emailOf(user: JsonObject): string | null {
  const email = primaryEmail(user);
  if (email !== null) return email;
  const name = userName(user);
  return name !== null && addressLike.test(name) ? name : null;
}

interface Compiled {
  readonly map: Mapping;
  readonly covers: (user: JsonObject) => boolean;
}

const compiled = new WeakMap<Policy, Compiled>();

/** A policy's mapping and scope, read once. */
function compile(policy: Policy): Compiled {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const fresh = { map: compileMapping(policy.mapping), covers: compileScope(policy.scope) };
  compiled.set(policy, fresh);
  return fresh;
}

const notStored = new Set(['id', 'meta', 'groups']);

/**
 * What a scope may look at: what is stored with a person. A scope by groups would find nobody in any,
 * and everybody would have to leave: it cannot be read instead.
 */
const scopeType: ResourceType = {
  ...userType,
  attributes: attributeSet(userType.attributes.list.filter(({ name }) => !notStored.has(name))),
};

/** Fails closed: a scope that cannot be read means neither everyone nor no one. */
function compileScope(scope: string | null): (user: JsonObject) => boolean {
  if (scope === null) return () => true;
  try {
    const filter = parseFilter(scope);
    checkFilter(filter, scopeType);
    return matcher(filter, scopeType);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DestinationError('misconfigured', `The scope cannot be read: ${message}`, { cause });
  }
}

/** Whether a policy covers a person. Throws `DestinationError` (misconfigured) for an unreadable scope. */
export function inScope(user: JsonObject, policy: Policy): boolean {
  return compile(policy).covers(user);
}

/** A projected account, and what the destination is known to refuse of it. */
export interface Projection {
  readonly account: Account;
  readonly refusals: readonly Refusal[];
}

/** What a destination's policy gives for a person; `null` where there is no e-mail address. */
export function project(
  key: string,
  user: JsonObject,
  of: { connector: Connector; policy: Policy },
): Projection | null {
  const email = emailOf(user);
  if (email === null) return null;
  const active = user.active !== false;
  return of.connector.normalise({
    key,
    email,
    active,
    attributes: compile(of.policy).map(user),
    memberships: active ? of.policy.memberships : [],
  });
}

/** The account that should be, or why it cannot be said. */
export function desiredAccount(
  key: string,
  user: JsonObject,
  of: { connector: Connector; policy: Policy },
): Desired {
  const projection = project(key, user, of);
  if (projection === null) {
    return {
      kind: 'hold',
      reason:
        'no e-mail address: give the user an entry in emails, or a userName that is an address',
    };
  }
  const refusal = projection.refusals.find(({ optional }) => !optional);
  if (refusal !== undefined) return { kind: 'hold', reason: `${refusal.path}: ${refusal.message}` };
  return { kind: 'account', account: projection.account };
}

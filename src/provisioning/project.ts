/** Projects a person of the roll onto a destination: the account that should be. Pure. */
import type { JsonObject } from '../model.ts';
import type { Account, Connector, Refusal } from './connector.ts';
import { endedMemberships, grantsOf, membershipsDue } from './grants.ts';
import { compileMapping, compilePath, namesAtCreation, splitAttributes } from './mapping.ts';
import type { Desired } from './plan.ts';
import type { Policy } from './policy.ts';
import { once, type Subject } from './subject.ts';

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

const compiled = once((policy: Policy) => compileMapping(policy.mapping));

/** What a policy writes when an account is created, and not afterwards. */
const onlyAtCreation = once(({ mapping }: Policy) => namesAtCreation(mapping));

/** A projected account, and what the destination is known to refuse of it. */
export interface Projection {
  readonly account: Account;
  readonly refusals: readonly Refusal[];
}

/** What a destination's policy gives for a person; `null` where there is no e-mail address. */
export function project(
  key: string,
  subject: Subject,
  of: { connector: Connector; policy: Policy },
): Projection | null {
  const { user } = subject;
  const email = emailOf(user);
  if (email === null) return null;
  const due = membershipsDue(grantsOf(subject, of.policy), subject.at);
  const ended = endedMemberships(subject, due);
  const { account, refusals } = of.connector.normalise({
    key,
    email,
    active: user.active !== false,
    attributes: compiled(of.policy)(user),
    memberships: [...due.keys()],
    ...(of.connector.dates === true ? { terms: Object.fromEntries(due) } : {}),
    ...(Object.keys(ended).length > 0 ? { ended } : {}),
  });
  return { account: apart(account, onlyAtCreation(of.policy)), refusals };
}

function apart(account: Account, names: ReadonlySet<string>): Account {
  if (names.size === 0) return account;
  const [attributes, initial] = splitAttributes(account.attributes, names);
  return { ...account, attributes, initial };
}

/** An account as it is to be created: with what it is given only then. */
export function asCreated({ initial = {}, ...account }: Account): Account {
  return { ...account, attributes: { ...account.attributes, ...initial } };
}

/** The account that should be, or why it cannot be said. */
export function desiredAccount(
  key: string,
  subject: Subject,
  of: { connector: Connector; policy: Policy },
): Desired {
  const projection = project(key, subject, of);
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

/** The steps of an explanation in words a merchant understands. Pure. */
import type { JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';
import type { DueLink } from '../store/due-links.ts';
import type { StoredGrant } from '../store/grants.ts';
import type { LinkHistory } from '../store/people.ts';
import { type Grant, reasonWords } from './grants.ts';
import { standing } from './guard.ts';
import type { Known } from './plan.ts';
import { asCreated, type Projection } from './project.ts';
import type { Subject } from './subject.ts';

const askedVerbs: Readonly<Record<string, string>> = {
  'User.create': 'created',
  'User.update': 'changed',
  'User.delete': 'deleted',
};

/** Who says so, and when they last said something. */
export function importWords({ sourceName, resource }: DueLink, history: LinkHistory): string {
  const { askedAt, askedKind, askedBy, deletedAt } = history;
  const asked =
    askedAt === null
      ? ''
      : `; last ${askedVerbs[askedKind ?? ''] ?? 'asked'} at ${askedAt.toISOString()}${askedBy === null ? '' : ` by ${askedBy}`}`;
  if (resource === null)
    return `${sourceName} has deleted this person${deletedAt === null ? '' : ` at ${deletedAt.toISOString()}`}${asked}`;
  const active = resource.active === false ? 'inactive' : 'active';
  return `${sourceName} says so: ${active}${asked}`;
}

/** What they are entitled to, each with its reason; what was bought or given by hand with its dates, also what is over. */
export function grantWords(
  grants: readonly Grant[],
  sourceName: string,
  { grants: stored, at }: Pick<Subject, 'grants' | 'at'>,
): string {
  const byRules = grants
    .filter(({ reason }) => reason.kind !== 'order' && reason.kind !== 'hand')
    .map(({ membership, reason }) => `${membership} because of ${reasonWords(reason, sourceName)}`);
  const all = [...byRules, ...stored.map((grant) => storedWords(grant, at))];
  return all.length === 0 ? 'no memberships' : all.join('; ');
}

function storedWords(grant: StoredGrant, at: Date): string {
  const { membership, words, state, startsAt, endsAt, endedAt, reason, question } = grant;
  const day = (text: string) => new Date(text).toISOString();
  const because = `because of ${words}`;
  if (state === 'ended')
    return `${membership} no more ${because}: ${reason ?? 'it was taken back'}${endedAt === null ? '' : ` at ${day(endedAt)}`}`;
  const asked = question === null ? '' : `, asked about: ${question}`;
  if (endsAt !== null && new Date(endsAt) <= at)
    return `${membership} no more ${because}: over since ${day(endsAt)}${asked}`;
  const until = endsAt === null ? '' : ` until ${day(endsAt)}`;
  const later = new Date(startsAt) > at ? 'only ' : '';
  return `${membership} ${because}, ${later}from ${day(startsAt)}${until}${asked}`;
}

/** The account that should be, and what is left out of it. */
export function accountWords(projection: Projection | null): string {
  if (projection === null)
    return 'no e-mail address: give the user an entry in emails, or a userName that is an address';
  const { account, refusals } = projection;
  const { initial = {} } = account;
  const values = Object.entries(asCreated(account).attributes).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}${name in initial ? ' (at creation only)' : ''}`],
  );
  const refused = refusals.map(({ path, message, optional }) =>
    optional ? `left out ${path}: ${message}` : `${path}: ${message}`,
  );
  return [
    `${account.email}, ${account.active ? 'active' : 'inactive'}`,
    ...values,
    ...refused,
  ].join('; ');
}

/** What was found at the destination. */
export function matchWords({ remoteId, id }: DueLink, known: Known | null): string {
  if (known === null) return remoteId === null ? 'not looked for' : `linked with ${remoteId}`;
  if (known.kind === 'linked') {
    const found = known.observed.remoteId;
    return found === remoteId ? `linked with ${found}, which is there` : `${found} carries our key`;
  }
  const gone = remoteId === null ? '' : `${remoteId} is gone; `;
  if (known.candidates.length === 0) return `${gone}no account matches`;
  const words = known.candidates.map(({ observed, owner }) => {
    const by = observed.key === id ? 'by our key' : 'by its e-mail address';
    const of =
      owner === null
        ? ''
        : owner.vacant
          ? ', left by somebody who was deleted'
          : `, held for somebody of ${owner.sourceName}`;
    return `${observed.remoteId} ${by}${of}`;
  });
  return `${gone}found ${words.join('; ')}`;
}

/** Each change as before → after. */
export function changeWords({ changes }: JsonObject): string {
  if (!isObject(changes)) return '';
  const words = Object.entries(changes).flatMap(([name, change]) =>
    isArray(change) ? [`${name} ${shown(change[0])} → ${shown(change[1])}`] : [],
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

const shown = (value: unknown): string =>
  value === null || value === undefined
    ? 'none'
    : isArray(value)
      ? value.join(' ') || 'none'
      : String(value);

/** What was decided about a leave, and what may be done about it. */
export function guardWords(link: DueLink, since: string | null): string {
  const what = link.withheld === null ? 'the leave' : `taking back ${link.withheld.join(', ')}`;
  const command = (decision: 'allow' | 'discard') => `rollcall guard ${decision} ${link.id}`;
  switch (link.leave) {
    case 'held':
      return `${what} is held since ${since}: ${standing(link, 'held').reason}; ${command('allow')} has it done, ${command('discard')} leaves the account as it is`;
    case 'discarded':
      return `${what} was discarded at ${since}: the account stays as it is until the person is back; ${command('allow')} has it done after all`;
    case 'allowed':
      return `${what} was allowed at ${since}: it is not held again`;
    case null:
      return 'nothing';
  }
}

/** How the last look ended, and when the next one is. */
export function historyWords(
  { outcome, reason, attempts, leavingSince }: DueLink,
  history: LinkHistory,
): string {
  const { appliedAt, due, notBefore } = history;
  if (outcome === null) return `never looked at${due ? '; it is due' : ''}`;
  const parts = [reason === null ? outcome : `${outcome}: ${reason}`];
  if (appliedAt !== null) parts.push(`last agreed at ${appliedAt.toISOString()}`);
  if (attempts > 0) parts.push(`tried ${attempts} times`);
  if (leavingSince !== null) parts.push(`leaving since ${leavingSince.toISOString()}`);
  if (due) parts.push(`looked at again from ${notBefore.toISOString()} on`);
  return parts.join('; ');
}

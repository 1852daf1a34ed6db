/** A line of activity in words for a merchant: who or what, then what happened. */
import { isArray, isObject } from '../scim/json.ts';
import type { NamedActivity } from '../store/activity.ts';
import { changesOf } from './admin-activity-detail.ts';

/** What the words are made from. */
export type WordedActivity = Pick<
  NamedActivity,
  'kind' | 'message' | 'detail' | 'resourceName' | 'destinationName'
>;

/** The sentence of a line. A kind that has none of its own yet is told by its name. */
export function activityWords(line: WordedActivity): string {
  const [subject = '', verb = ''] = line.kind.split('.');
  switch (subject) {
    case 'User':
    case 'Group':
      return `${nameOf(line, subject)} ${resourceWords(verb, line)}${withReason('', line.message)}`;
    case 'account':
      return accountWords(verb, line);
    case 'group':
      return groupWords(verb, line);
    case 'bulk':
      return bulkWords(verb, line);
    case 'guard':
      return guardWords(verb, line);
    case 'source':
      if (verb === 'create') return `The connection ${line.message ?? ''} was added`;
      if (verb === 'delete')
        return `The connection ${line.message ?? ''} was removed; its people stay`;
      return settingWords(line);
    case 'token':
      return verb === 'create' ? 'A token was made' : 'A token was revoked';
    case 'secret':
      return verb === 'create' ? 'A client secret was made' : 'A client secret was revoked';
    case 'review':
      return `${reviewVerbs[verb] ?? verb} at ${line.destinationName ?? 'a destination'}`;
    case 'destination':
      return destinationWords(verb, line);
    case 'app-policy':
      return `The App Login Policy ${line.message ?? ''} was ${appPolicyVerbs[verb] ?? verb}`;
    case 'grant':
      return grantWords(verb, line);
    case 'offer':
      return `The offer ${line.message ?? ''} was ${offerVerbs[verb] ?? verb}`;
    case 'backfill':
      return verb === 'undo'
        ? 'A back-fill was undone'
        : `The offer ${line.message ?? ''} is applied to earlier orders`;
    case 'person':
      return withReason(`${nameOf(line, 'User')} ${personVerbs[verb] ?? verb}`, line.message);
    case 'notices':
      return 'Where notices go was changed';
    case 'retention':
      return 'For how long things are kept was changed';
    case 'app':
      return appVerbs[verb] ?? line.kind;
    case 'export':
      return 'An export of what is held of a customer was downloaded';
    case 'schema':
      return `The custom attributes ${line.message ?? ''} were ${schemaVerbs[verb] ?? verb}`;
    default:
      return `${line.kind}${withReason('', line.message)}`;
  }
}

const appVerbs: Readonly<Record<string, string>> = {
  install: 'The app was installed in the shop',
  reopen: 'The app was opened in Shopify, and has access to the shop again',
  uninstall: 'The app was uninstalled from the shop',
  scopes: 'The shop changed what the app may do there',
};

/** What somebody did, or what was done for them. */
const personVerbs: Readonly<Record<string, string>> = {
  sync: 'is looked at again everywhere',
  'sign-in': 'signed in',
  'sign-out': 'signed out',
  'session-ended': 'ended one of their sessions',
  'signed-out': 'was signed out everywhere',
  'sign-in-locked': 'cannot sign in from a new device for a while: too many wrong passwords',
  'reset-request': 'asked for a new password, and was sent a link',
  invitation: 'was invited to choose a password',
  password: 'has a new password',
};

function nameOf({ resourceName }: WordedActivity, subject: 'User' | 'Group'): string {
  if (resourceName !== null) return resourceName;
  return subject === 'User' ? 'Somebody no longer known' : 'A group no longer known';
}

function resourceWords(verb: string, line: WordedActivity): string {
  if (verb === 'create') return 'was received';
  if (verb === 'delete') return 'was deleted by the identity provider';
  const changes = changesOf(line);
  const active = changes.find(({ name }) => name === 'active');
  if (active?.after === false) return 'was deactivated by the identity provider';
  if (active !== undefined && active.before === false)
    return 'was reactivated by the identity provider';
  const names = changes.map(({ name }) => name.replace(/^urn:.*:/, ''));
  return names.length === 0 ? 'was changed' : `was changed: ${names.join(', ')}`;
}

/** By the plan that was carried out, or the kind of failure. */
const accountVerbs: Readonly<Record<string, string>> = {
  create: 'got a new account in',
  adopt: 'was matched with an existing account in',
  update: 'was updated in',
  drift: 'was put right in',
  report: 'was changed by somebody in',
  deactivate: 'was deactivated in',
  leave: 'left',
  forget: 'has no account any more in',
  hold: 'is held for',
  settle: 'is about to leave',
  guard: 'is kept in',
  rejected: 'was refused by',
  transient: 'will be tried again for',
  misconfigured: 'could not be brought to',
};

/** Plans that speak for themselves: their reason would only repeat them. */
const plain: ReadonlySet<string> = new Set(['create', 'adopt', 'update', 'deactivate']);

function accountWords(verb: string, line: WordedActivity): string {
  const words = accountVerbs[verb] ?? `(${verb})`;
  const place = line.destinationName ?? 'a destination that was removed';
  const reason = plain.has(verb) ? null : line.message;
  return withReason(`${nameOf(line, 'User')} ${words} ${place}`, reason);
}

const groupVerbs: Readonly<Record<string, string>> = {
  create: 'was made in',
  adopt: 'was matched with an existing group in',
  update: 'was renamed in',
  delete: 'was deleted in',
  forget: 'is let go of in',
};

/** A group that is made at a destination. */
function groupWords(verb: string, line: WordedActivity): string {
  const { detail, destinationName, message } = line;
  const known = isObject(detail) ? String(detail.displayName) : nameOf(line, 'Group');
  const words = groupVerbs[verb] ?? accountVerbs[verb] ?? `(${verb})`;
  return withReason(
    `The group ${known} ${words} ${destinationName ?? 'a destination that was removed'}`,
    message,
  );
}

function bulkWords(verb: string, line: WordedActivity): string {
  const count = (name: string) => (isObject(line.detail) ? Number(line.detail[name] ?? 0) : 0);
  const place = line.destinationName ?? 'a destination that was removed';
  if (verb === 'begin')
    return `${count('lines')} new accounts are being created in bulk in ${place}`;
  const [lines, made, returned] = [count('lines'), count('made'), count('returned')];
  const left = lines - made - returned;
  const rest = [
    ...(returned === 0 ? [] : [`; ${returned} are seen to one by one`]),
    ...(left === 0 ? [] : [`; ${left} wait for another way`]),
  ].join('');
  const sentence = `${made} of ${lines} accounts were created in bulk in ${place}${rest}`;
  return withReason(sentence, line.message);
}

const reviewVerbs: Readonly<Record<string, string>> = {
  choose: 'An account was chosen for somebody',
  leaveAlone: 'Somebody is left alone',
  byRules: 'Whose account is whose is decided by the rules again for somebody',
};

const destinationVerbs: Readonly<Record<string, string>> = {
  activate: 'was activated',
  pause: 'was paused',
  policy: 'has another policy',
  create: 'was added',
  settings: 'has other settings',
  rename: 'has another name',
  restart: 'is looked at from the beginning',
  sweep: 'is looked at as a whole, as every night',
};

function destinationWords(verb: string, line: WordedActivity): string {
  if (verb === 'remove') return `${line.message} was removed; its accounts stay as they are`;
  const words = destinationVerbs[verb] ?? verb;
  const names = changesOf(line).map(({ name }) => name);
  const place = line.destinationName ?? 'A destination that was removed';
  return withReason(`${place} ${words}`, names.length === 0 ? line.message : names.join(', '));
}

/** A decision about somebody whom the guard held. */
function guardWords(verb: string, line: WordedActivity): string {
  const place = line.destinationName ?? 'a destination that was removed';
  const memberships =
    isObject(line.detail) && isArray(line.detail.memberships) ? line.detail.memberships : null;
  const who = nameOf(line, 'User');
  const loses =
    memberships === null ? `leave ${place}` : `lose ${memberships.join(', ')} in ${place}`;
  return verb === 'allow'
    ? `${who} was allowed to ${loses}`
    : `${who} is not to ${loses}, although the identity provider asked for it`;
}

/** A right that was bought or given by hand; of one that is held, nobody may be known. */
function grantWords(verb: string, { resourceName, message }: WordedActivity): string {
  const who = resourceName ?? 'Somebody';
  // Which course it is stands with the order's line; the number says nothing to people.
  const what = message?.replace(/^course:\S+/, 'a course');
  switch (verb) {
    case 'given':
      return `${who} was given ${what}`;
    case 'waiting':
      return `${who} waits for ${what}`;
    case 'ended':
      return `${who} loses ${what}`;
    case 'asked':
      return `To be answered about ${who}: ${message}`;
    default:
      return `To be settled: ${message}`;
  }
}

const offerVerbs: Readonly<Record<string, string>> = {
  create: 'put in force',
  update: 'changed',
  withdraw: 'withdrawn',
};

const appPolicyVerbs: Readonly<Record<string, string>> = {
  create: 'added',
  rename: 'given another name',
  delete: 'removed',
};

const schemaVerbs: Readonly<Record<string, string>> = {
  create: 'added',
  update: 'changed',
  delete: 'removed',
};

const settingNames: Readonly<Record<string, string>> = {
  name: 'The name of the connection',
  ownAttributes: 'What people may change about themselves',
  domains: 'What the connection may speak for',
  provisioningEnabled: 'SCIM provisioning',
  creationEnabled: 'New customer creation',
  reactivateOnCreate: 'Reactivating on create',
  invalidPhone: 'What happens to invalid phone numbers',
  unknownAttributes: 'What happens to unknown attributes',
  strictInterop: 'The strict interoperability profile',
};

function settingWords(line: WordedActivity): string {
  const sentences = changesOf(line).map(({ name, after: to }) => {
    const subject = settingNames[name] ?? name;
    return typeof to === 'boolean'
      ? `${subject} was switched ${to ? 'on' : 'off'}`
      : `${subject} was set to ${to === null ? 'all' : String(to)}`;
  });
  return sentences.length === 0 ? 'The connection was changed' : sentences.join('; ');
}

function withReason(sentence: string, reason: string | null): string {
  return reason === null || reason === '' ? sentence : `${sentence}: ${reason}`;
}

/** What a notice says to a person: a line for a subject, and a text with what to do. Pure. */
import type { Delivery } from '../store/notice-deliveries.ts';
import type { NoticeKind } from '../store/notices.ts';

/** What the words are made from. */
export type Worded = Pick<
  Delivery,
  'kind' | 'code' | 'message' | 'at' | 'detail' | 'tenantName' | 'destinationName'
>;

/** What happened, after the name of the destination. */
const verbs: Readonly<Record<NoticeKind, string>> = {
  'destination.quarantined': 'is stopped',
  'destination.quarantine_changed': 'is still stopped, for another reason',
  'destination.recovered': 'works again',
  'destination.off': 'is switched off',
  'guard.tripped': 'is about to lose many people: nothing is done until you decide',
  'account.reactivated': 'gave somebody access again that your identity provider took',
  'offer.product_gone': 'has an offer for what is not sold any more',
  'alarm.raised': 'does not keep up',
  'alarm.ended': 'keeps up again',
  'app.uninstalled': 'is not connected to its shop any more',
  'privacy.export': 'has an export for a customer who asked',
  'privacy.left': 'could not have somebody erased everywhere',
  'notice.test': 'sends a test notice',
};

/** What to do about a destination that is stopped, by the reason it has. */
const mends: Readonly<Record<string, string>> = {
  credentials: 'Enter a new access token; for a shop, open the app there again.',
  needs_reopening: 'Open the app in Shopify: in the admin of the shop, under Apps.',
  uninstalled: 'Install the app in the shop again, and open it there.',
  permissions: 'Give what is named, then wait for the next probe.',
  shop_unavailable:
    'Check that the service is up and its address is right; a frozen or locked shop is released by Shopify.',
  address_refused: 'Enter a public https address in the settings of the destination.',
  policy_unreadable: 'Correct the policy of the destination and save it.',
  group_missing: 'Choose another group in the policy of the destination, or take it out.',
  settings_unreadable: 'Enter the settings of the destination again.',
  request_refused: 'Look at the reason; it is tried again by itself.',
  failing: 'Nothing, if the service is known to be down: it is tried again by itself.',
};

const todo: Readonly<Partial<Record<NoticeKind, string>>> = {
  'destination.recovered': 'Nothing: everybody is looked at again.',
  'destination.off': 'Mend what the reason names, then switch the destination on again.',
  'guard.tripped': 'Look at who would leave, then allow it or discard it.',
  'account.reactivated':
    'Deactivate the account there, have the person activated at the identity provider, or set the drift policy to correct.',
  'offer.product_gone': 'has an offer for what is not sold any more',
  'alarm.raised':
    'See what waits and why with rollcall status, or on the status of the destination.',
  'alarm.ended': 'Nothing.',
  'app.uninstalled':
    'Nothing, if that was meant: what is kept is erased when the time of grace is over. Else install the app again and open it.',
  'privacy.export': 'Download it, and hand it to the customer.',
  'privacy.left': 'Erase the named accounts there.',
  'notice.test': 'Nothing: this is how a notice looks.',
};

/** What to do, in a sentence; empty where the message alone says it. */
export function todoOf({ kind, code }: Pick<Worded, 'kind' | 'code'>): string {
  return todo[kind] ?? (code === null ? '' : (mends[code] ?? ''));
}

/** One line, without control characters whatever it was made from. */
export function subjectOf(notice: Worded): string {
  const subject = notice.destinationName ?? 'Rollcall';
  return `${notice.tenantName}: ${subject} ${verbs[notice.kind]}`
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
}

/** The whole of it, in plain text: what happened, since when, what to do, where. */
export function textOf(notice: Worded, adminUrl: string): string {
  const since = sinceOf(notice.detail) ?? notice.at.toISOString();
  const mend = todoOf(notice);
  return [
    `${subjectOf(notice)}.`,
    '',
    notice.message,
    '',
    `Since: ${since}`,
    ...(mend === '' ? [] : [`What to do: ${mend}`]),
    ...(waits.has(notice.kind) ? ['Nothing is lost: what is not brought there yet waits.'] : []),
    `Where: ${adminUrl}`,
    '',
  ].join('\n');
}

const waits: ReadonlySet<NoticeKind> = new Set([
  'destination.quarantined',
  'destination.quarantine_changed',
  'destination.off',
]);

/** Since when it is so, where the notice says that: PostgreSQL writes it as ISO 8601. */
function sinceOf(detail: Worded['detail']): string | null {
  if (typeof detail !== 'object' || detail === null || !('since' in detail)) return null;
  return typeof detail.since === 'string' ? new Date(detail.since).toISOString() : null;
}

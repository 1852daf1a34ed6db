/** In what a SCIM server is other than the RFCs or its own ServiceProviderConfig say, as somebody declared. Pure. */
import type { Bucket, Settings } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';

/** How users, or groups, are changed. */
export type Updates = 'patch' | 'put';

/** How members are removed. */
export type Removals = 'path' | 'list';

/** What was declared, and what is usual where nothing was. */
export interface Deviations {
  /** `null`: as the server says. */
  readonly updates: Updates | null;
  /** The same of groups. */
  readonly groupUpdates: Updates | null;
  /** What `active` is written as. */
  readonly active: 'boolean' | 'string';
  readonly membersPerRequest: number;
  readonly requestsPerSecond: number;
  /** How members are removed: each by a path of their own (RFC 7644 §3.5.2.2), or as a list of values. */
  readonly removals: Removals;
}

/** How many members one request may carry, and how many requests a second there may be. */
export const counts = { from: 1, to: 1_000 };

const usualMembers = 100;
const usualRequests = 50;

/**
 * Reads what was declared.
 * @throws `DestinationError` (misconfigured)
 */
export function deviationsOf(settings: Settings): Deviations {
  const active = said(settings.active);
  if (active !== '' && active !== 'boolean' && active !== 'string')
    throw unreadable('Form of active', settings.active, 'boolean or string');
  const removals = said(settings.removals);
  if (removals !== '' && removals !== 'path' && removals !== 'list')
    throw unreadable('Removing members', settings.removals, 'path or list');
  return {
    removals: removals === '' ? 'path' : removals,
    updates: updatesOf('Updates of users', settings.updates),
    groupUpdates: updatesOf('Updates of groups', settings.groupUpdates),
    active: active === '' ? 'boolean' : active,
    membersPerRequest: countOf('Members per request', settings.membersPerRequest, usualMembers),
    requestsPerSecond: countOf('Requests per second', settings.requestsPerSecond, usualRequests),
  };
}

/** What a server may be asked: as many a second as it takes, and ten seconds' worth at once after a rest. */
export function bucketOf(settings: Settings): Bucket {
  const { requestsPerSecond } = deviationsOf(settings);
  return { maximum: 10 * requestsPerSecond, restoreRate: requestsPerSecond };
}

function updatesOf(label: string, text: string | undefined): Updates | null {
  const updates = said(text);
  if (updates === '') return null;
  if (updates === 'patch' || updates === 'put') return updates;
  throw unreadable(label, text, 'patch or put');
}

function countOf(label: string, text: string | undefined, usual: number): number {
  const count = said(text) === '' ? usual : Number(text);
  if (!Number.isInteger(count) || count < counts.from || count > counts.to)
    throw unreadable(label, text, `${counts.from} to ${counts.to}`);
  return count;
}

const said = (text: string | undefined): string => text?.trim().toLowerCase() ?? '';

const unreadable = (label: string, text: string | undefined, choices: string): DestinationError =>
  new DestinationError(
    'misconfigured',
    `${label}: ${JSON.stringify(text)} cannot be. Enter ${choices}, or leave it empty.`,
    { code: 'settings_unreadable' },
  );

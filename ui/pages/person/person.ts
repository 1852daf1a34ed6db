/** A person as the admin API tells of them. */
import type { StandingState } from '../../parts/state-badge.tsx';

/** A right to something at a destination. */
export interface Ground {
  readonly kind: 'everybody' | 'group' | 'filter' | 'source' | 'order' | 'hand';
  readonly words: string;
  readonly stands: boolean;
  readonly from: string | null;
  readonly until: string | null;
  readonly grantId: string | null;
  readonly ended: string | null;
}

/** Something that somebody holds, is to hold, or has held. */
export interface Holding {
  readonly membership: string;
  readonly granted: boolean;
  readonly due: boolean;
  readonly until: string | null;
  readonly reasons: readonly Ground[];
}

/** How somebody stands at a destination. */
export interface Standing {
  readonly destinationId: string;
  readonly destinationName: string;
  readonly connector: string;
  readonly destinationState: 'active' | 'paused' | 'quarantined';
  readonly destinationReason: string | null;
  readonly linkId: string;
  readonly state: StandingState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly wanted: number;
  readonly done: number;
  readonly nextAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly remoteId: string | null;
  readonly remoteUrl: string | null;
  readonly email: string | null;
  readonly memberships: readonly Holding[];
  readonly guard: {
    readonly mark: string;
    readonly since: string | null;
    readonly memberships: readonly string[];
  } | null;
  readonly candidates: readonly string[] | null;
  readonly leftAlone: boolean;
  readonly leavingSince: string | null;
  readonly leftAt: string | null;
}

/** Somebody, with all that is known of them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly source: { readonly id: string; readonly name: string; readonly kind: string } | null;
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
  readonly deletedAt: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
  readonly groups: readonly {
    readonly id: string;
    readonly display: string | null;
    readonly type: string;
  }[];
  readonly destinations: readonly Standing[];
}

/** What is told elsewhere, or is of the protocol. */
const apart: ReadonlySet<string> = new Set(['schemas', 'active', 'groups', 'id', 'meta']);

/** What one looks for first; the rest follows as it was sent. */
const order = [
  'userName',
  'externalId',
  'name',
  'displayName',
  'emails',
  'phoneNumbers',
  'addresses',
];
const addressOrder = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];

const sorted = (entries: [string, unknown][], by: readonly string[]) =>
  entries.toSorted(([one], [other]) => place(one, by) - place(other, by));

const place = (name: string, by: readonly string[]) =>
  by.includes(name) ? by.indexOf(name) : by.length;

/** The attributes as they were sent, each by its path. */
export function attributesOf(
  attributes: Readonly<Record<string, unknown>>,
): readonly (readonly [path: string, value: string])[] {
  return sorted(Object.entries(attributes), order)
    .filter(([name]) => !apart.has(name))
    .flatMap(([name, value]) => flat(name.replace(/^urn:.*:/, ''), value, /^urn:/.test(name)));
}

function flat(path: string, value: unknown, extension = false): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one) => element(path, one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, part]) =>
      flat(extension ? name : `${path}.${name}`, part),
    );
  return [[path, String(value)]];
}

/** One of several values is told by its type, as `emails (work)`. */
function element(path: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  const { type, primary: _told, value: own, ...rest } = value as Record<string, unknown>;
  const named = typeof type === 'string' ? `${path} (${type})` : path;
  if (own !== undefined) return [[named, String(own)]];
  const parts = sorted(Object.entries(rest), addressOrder);
  return [[named, parts.map(([, part]) => String(part)).join(', ')]];
}

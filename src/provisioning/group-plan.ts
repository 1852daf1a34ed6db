/** What to do about a group of the roll at a destination where groups are made. Pure. */
import type { DueGroupLink } from '../store/group-links.ts';
import type { NamedGroup, RemoteGroup } from './connector.ts';
import type { Policy } from './policy.ts';
import { isPushed } from './policy-groups.ts';

/** What should be there for a group. */
export type WantedGroup =
  | { readonly kind: 'group'; readonly group: NamedGroup }
  /** Nothing: what we made is deleted, or let go of. */
  | { readonly kind: 'none'; readonly why: string; readonly deletes: boolean }
  | { readonly kind: 'hold'; readonly reason: string };

/** What is known of the destination's side of a group. */
export type KnownGroup =
  | { readonly kind: 'linked'; readonly group: RemoteGroup }
  /** It is linked with nothing, or with what is gone; these might be it, and are no other group's of the roll. */
  | { readonly kind: 'unlinked'; readonly found: readonly RemoteGroup[] };

/** What to do about a group. */
export type GroupPlan =
  /** `name`: what it is called there, as far as it is ours to say. */
  | { readonly kind: 'nothing'; readonly reason: string | null; readonly name: string | null }
  | { readonly kind: 'create'; readonly group: NamedGroup }
  | {
      readonly kind: 'adopt' | 'update';
      readonly found: RemoteGroup;
      readonly change: Partial<NamedGroup>;
    }
  | { readonly kind: 'delete'; readonly membership: string; readonly reason: string }
  | { readonly kind: 'forget'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string };

/** What should be there, from the roll and the policy alone. */
export function wantedGroup(
  { id, present, displayName }: DueGroupLink,
  { push }: Policy,
): WantedGroup {
  const deletes = push?.delete === true;
  if (!present) return { kind: 'none', why: 'deleted at its source', deletes };
  if (push === null || !isPushed(id, push))
    return { kind: 'none', why: 'taken out of the policy', deletes };
  const name = displayName?.trim() ?? '';
  return name === ''
    ? { kind: 'hold', reason: 'it has no displayName' }
    : { kind: 'group', group: { key: id, name } };
}

/** Whether what should be there was written before, and nobody has to look. */
export function isGroupUnchanged(link: DueGroupLink, wanted: WantedGroup): boolean {
  if (link.lookAgain || wanted.kind !== 'group') return false;
  return link.membership !== null && link.told && link.name === wanted.group.name;
}

/** Decides what to do about one group. */
export function planGroup(
  wanted: WantedGroup,
  known: KnownGroup,
  link: DueGroupLink,
  policy: Policy,
): GroupPlan {
  switch (wanted.kind) {
    case 'hold':
      return wanted;
    case 'none':
      return planGone(wanted, known, link);
    case 'group':
      return known.kind === 'linked'
        ? planRename(wanted.group, known.group, link, policy)
        : planMatch(wanted.group, known.found, policy);
  }
}

function planGone(
  { why, deletes }: { readonly why: string; readonly deletes: boolean },
  known: KnownGroup,
  { id, made }: DueGroupLink,
): GroupPlan {
  const there = known.kind === 'linked' ? known.group : known.found.find(({ key }) => key === id);
  if (there === undefined) return { kind: 'forget', reason: `${why}; there is no group to delete` };
  if (!made) return { kind: 'forget', reason: `${why}; it was there before us, and stays` };
  if (!deletes) return { kind: 'forget', reason: `${why}; it stays, as deleting groups is off` };
  return { kind: 'delete', membership: there.membership, reason: why };
}

function planRename(
  wanted: NamedGroup,
  found: RemoteGroup,
  link: DueGroupLink,
  { push, drift }: Policy,
): GroupPlan {
  if (found.name === wanted.name)
    return { kind: 'nothing', reason: 'already as it should be', name: wanted.name };
  if (push?.update !== true)
    return { kind: 'nothing', reason: 'updates of groups are off', name: link.name };
  if (drift === 'report' && link.name === wanted.name)
    return { kind: 'nothing', reason: `it was renamed there to ${found.name}`, name: link.name };
  return { kind: 'update', found, change: { name: wanted.name } };
}

function planMatch(wanted: NamedGroup, found: readonly RemoteGroup[], { push }: Policy): GroupPlan {
  const ours = found.filter(({ key }) => key === wanted.key);
  const matches = ours.length > 0 ? ours : found;
  const [match, ...others] = matches;
  if (match === undefined)
    return push?.create === true
      ? { kind: 'create', group: wanted }
      : { kind: 'hold', reason: 'creating groups is off' };
  if (others.length > 0) {
    const names = matches.map(({ membership }) => membership).join(', ');
    return {
      kind: 'hold',
      reason: `more than one group there is called ${wanted.name} (${names}): rename or remove all but one`,
    };
  }
  const renamed = match.name !== wanted.name && push?.update === true;
  return {
    kind: 'adopt',
    found: match,
    change: {
      ...(renamed ? { name: wanted.name } : {}),
      ...(match.key === wanted.key ? {} : { key: wanted.key }),
    },
  };
}

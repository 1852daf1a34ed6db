/** What to do about a group of the roll at a destination where groups are made. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model.ts';
import type { DueGroupLink } from '../store/group-links.ts';
import type { Attributes, GroupChange, NamedGroup, RemoteGroup } from './connector.ts';
import { compileMapping, mappedGroup, namesAtCreation, splitAttributes } from './mapping.ts';
import type { Policy, Push } from './policy.ts';
import { isPushed } from './policy-groups.ts';
import { once } from './subject.ts';

/** What a group is there, as far as it is ours to say; `name`: `null` where nobody knows. */
export type Written = Pick<DueGroupLink, 'name' | 'attributes'>;

/** What should be there for a group. */
export type WantedGroup =
  /** `initial`: what it is given besides when it is made. */
  | { readonly kind: 'group'; readonly group: NamedGroup; readonly initial: Attributes }
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
  /** `written`: what is ours of it from then on. */
  | { readonly kind: 'nothing'; readonly reason: string | null; readonly written: Written }
  | { readonly kind: 'create'; readonly group: NamedGroup; readonly written: Written }
  | {
      readonly kind: 'adopt' | 'update';
      readonly found: RemoteGroup;
      readonly change: GroupChange;
      readonly written: Written;
      /** Why it is changed, where nothing changed here. */
      readonly reason: string | null;
    }
  | { readonly kind: 'delete'; readonly membership: string; readonly reason: string }
  | { readonly kind: 'forget'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string };

const compiled = once(({ mapping }: Push) => ({
  read: compileMapping(mapping, mappedGroup),
  atCreation: namesAtCreation(mapping),
}));

/** What should be there, from the roll and the policy alone. */
export function wantedGroup(
  { id, group }: Pick<DueGroupLink, 'id' | 'group'>,
  { push }: Policy,
): WantedGroup {
  const deletes = push?.delete === true;
  if (group === null) return { kind: 'none', why: 'deleted at its source', deletes };
  if (push === null || !isPushed(id, push))
    return { kind: 'none', why: 'taken out of the policy', deletes };
  const { read, atCreation } = compiled(push);
  const { displayName: name = null, ...mapped } = read(group);
  if (name === null) return { kind: 'hold', reason: 'the mapping gives it no displayName' };
  const [attributes, initial] = splitAttributes(mapped, atCreation);
  return { kind: 'group', group: { key: id, name, attributes }, initial };
}

/** Whether what should be there was written before, and nobody has to look. */
export function isGroupUnchanged(
  link: Pick<DueGroupLink, 'membership' | 'told' | 'lookAgain' | keyof Written>,
  wanted: WantedGroup,
): boolean {
  if (link.lookAgain || wanted.kind !== 'group' || link.membership === null) return false;
  return link.told && isWritten(link, wanted.group);
}

const isWritten = (written: Written, wanted: NamedGroup): boolean =>
  isDeepStrictEqual({ name: written.name, attributes: written.attributes }, writtenAs(wanted));

/** What is remembered of a group that is as wanted: what is empty there is nothing of ours. */
function writtenAs({ name, attributes }: NamedGroup): Written {
  return { name, attributes: valued(attributes) };
}

const valued = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));

/** An attribute that the roll has not got is ours to empty only if we filled it. */
function oursOf(wanted: NamedGroup, written: Written): NamedGroup {
  const isOurs = ([to, value]: [string, string | null]) =>
    value !== null || (written.attributes[to] ?? null) !== null;
  const attributes = Object.fromEntries(Object.entries(wanted.attributes).filter(isOurs));
  return { ...wanted, attributes };
}

/** What a policy means for what a group is there, by what was written last; `null`: nothing. */
export function effectOnGroup(link: DueGroupLink, policy: Policy): 'rewrite' | 'delete' | null {
  if (link.membership === null) return null;
  const wanted = wantedGroup(link, policy);
  if (wanted.kind === 'none') return wanted.deletes && link.made ? 'delete' : null;
  if (wanted.kind === 'hold' || policy.push?.update !== true) return null;
  return isWritten(link, wanted.group) ? null : 'rewrite';
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
        ? planUpdate(oursOf(wanted.group, link), known.group, link, policy)
        : planMatch({ ...wanted, group: oursOf(wanted.group, link) }, known.found, policy);
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

function planUpdate(
  wanted: NamedGroup,
  found: RemoteGroup,
  link: DueGroupLink,
  { push, drift }: Policy,
): GroupPlan {
  const change = differenceOf(wanted, found);
  if (isNothing(change))
    return { kind: 'nothing', reason: 'already as it should be', written: writtenAs(wanted) };
  if (push?.update !== true)
    return { kind: 'nothing', reason: 'updates of groups are off', written: link };
  const ours = withoutTheirs(change, link);
  const what = Object.keys(change.attributes).join(', ');
  if (!isNothing(ours)) {
    const written = drift === 'report' ? ours : change;
    return { kind: 'update', found, change: written, written: writtenAs(wanted), reason: null };
  }
  if (drift === 'report') {
    const how =
      change.name === undefined
        ? `it was changed there: ${what}`
        : `it was renamed there to ${found.name}`;
    return { kind: 'nothing', reason: how, written: link };
  }
  const isAsBefore = link.reason === putRight + what || link.reason === unkept + what;
  if (isAsBefore && isOnlyEmptied(change, found))
    return { kind: 'nothing', reason: unkept + what, written: link };
  const reason = putRight + (change.name === undefined ? what : 'its name');
  return { kind: 'update', found, change, written: writtenAs(wanted), reason };
}

const putRight = 'it was changed there, and is put right: ';
const unkept = 'what is written there is not kept: ';

/** What was put right the last time and is empty again is written no more, until it changes: as of people. */
function isOnlyEmptied({ name, attributes }: GroupChange, found: RemoteGroup): boolean {
  const isEmpty = (to: string) => (found.attributes[to] ?? null) === null;
  return name === undefined && Object.keys(attributes).every(isEmpty);
}

/** What was said of a change there stays said while nobody looks. */
export function staysSaid({ reason }: Pick<DueGroupLink, 'reason'>): string | null {
  return reason?.startsWith(putRight) || reason?.startsWith(unkept) ? reason : null;
}

/** What is to be written, so that a group there is what it should be. */
function differenceOf({ name, attributes }: NamedGroup, found: RemoteGroup): GroupChange {
  const differs = ([to, value]: [string, string | null]) =>
    (found.attributes[to] ?? null) !== value;
  return {
    ...(found.name === name ? {} : { name }),
    attributes: Object.fromEntries(Object.entries(attributes).filter(differs)),
  };
}

/** A change without what is as we wrote it here, and was changed there. */
function withoutTheirs({ name, attributes }: GroupChange, written: Written): GroupChange {
  const isOurs = ([to, value]: [string, string | null]) => written.attributes[to] !== value;
  return {
    ...(name === undefined || name === written.name ? {} : { name }),
    attributes: Object.fromEntries(Object.entries(attributes).filter(isOurs)),
  };
}

/** What a group has there of what is ours to say. */
function asFound({ attributes }: NamedGroup, found: RemoteGroup): Written {
  const held = Object.keys(attributes).map((to) => [to, found.attributes[to] ?? null] as const);
  return { name: found.name, attributes: valued(Object.fromEntries(held)) };
}

/** Each attribute that a plan writes, as it was and as it is to be. */
export function changesIn(plan: GroupPlan): JsonObject {
  if (plan.kind === 'create') return beforeAndAfter(plan.group, null);
  return plan.kind === 'update' || plan.kind === 'adopt'
    ? beforeAndAfter(plan.change, plan.found)
    : {};
}

function beforeAndAfter({ name, attributes }: GroupChange, found: RemoteGroup | null): JsonObject {
  const others = Object.entries(attributes)
    .map(([to, value]) => [to, [found?.attributes[to] ?? null, value]] as const)
    .filter(([, [before, after]]) => before !== after);
  return {
    ...(name === undefined ? {} : { displayName: [found?.name ?? null, name] }),
    ...Object.fromEntries(others),
  };
}

const isNothing = ({ name, attributes }: GroupChange): boolean =>
  name === undefined && Object.keys(attributes).length === 0;

function planMatch(
  { group: wanted, initial }: WantedGroup & { readonly kind: 'group' },
  found: readonly RemoteGroup[],
  { push }: Policy,
): GroupPlan {
  const ours = found.filter(({ key }) => key === wanted.key);
  const matches = ours.length > 0 ? ours : found;
  const [match, ...others] = matches;
  if (match === undefined)
    return push?.create === true
      ? {
          ...{ kind: 'create', written: writtenAs(wanted) },
          group: { ...wanted, attributes: { ...wanted.attributes, ...initial } },
        }
      : { kind: 'hold', reason: 'creating groups is off' };
  if (others.length > 0) {
    const names = matches.map(({ membership }) => membership).join(', ');
    return {
      kind: 'hold',
      reason: `more than one group there is called ${wanted.name} (${names}): rename or remove all but one`,
    };
  }
  const key = match.key === wanted.key ? {} : { key: wanted.key };
  return push?.update === true
    ? {
        ...{ kind: 'adopt', found: match, written: writtenAs(wanted), reason: null },
        change: { ...differenceOf(wanted, match), ...key },
      }
    : {
        ...{ kind: 'adopt', found: match, written: asFound(wanted, match), reason: null },
        change: { attributes: {}, ...key },
      };
}

import { groupBody, joinPatch, leavePatch } from '../group.ts';
import type { Exchange } from './exchange.ts';
import type { Target } from './job.ts';

/** A group that is there. */
export interface KnownGroup {
  readonly target: Target;
  readonly id: string;
  readonly displayName: string;
}

/** Creates a group with all its members. */
export function postingGroup(
  { basePath }: Target,
  displayName: string,
  members: readonly string[],
): Exchange {
  return {
    method: 'POST',
    path: `${basePath}/Groups`,
    body: JSON.stringify(groupBody(displayName, members)),
    status: 201,
    contains: ['"id":"', `"displayName":"${displayName}"`],
  };
}

/** Adds a member. A PATCH is answered with or without the group (RFC 7644 §3.5.2), by `status`. */
export function joining(group: KnownGroup, member: string, status: 200 | 204): Exchange {
  return patching(group, status, joinPatch(member));
}

/** Removes a member, named by a filter. */
export function leaving(group: KnownGroup, member: string, status: 200 | 204): Exchange {
  return patching(group, status, leavePatch(member));
}

/** Asks whether somebody is a member, without the others. */
export function lookingIn(group: KnownGroup, member: string): Exchange {
  const filter = encodeURIComponent(`id eq "${group.id}" and members[value eq "${member}"]`);
  return {
    method: 'GET',
    path: `${group.target.basePath}/Groups?filter=${filter}&excludedAttributes=members`,
    body: null,
    status: 200,
    contains: ['"totalResults":'],
  };
}

/** Reads a group, whole or without its members. */
export function readingGroup(group: KnownGroup, members: 'with' | 'without'): Exchange {
  return {
    method: 'GET',
    path: `${pathOf(group)}${members === 'with' ? '' : '?excludedAttributes=members'}`,
    body: null,
    status: 200,
    contains: [`"id":"${group.id}"`, `"displayName":"${group.displayName}"`],
  };
}

function patching(group: KnownGroup, status: number, body: object): Exchange {
  const contains = status === 200 ? [`"id":"${group.id}"`] : [];
  return { method: 'PATCH', path: pathOf(group), body: JSON.stringify(body), status, contains };
}

function pathOf({ target, id }: KnownGroup): string {
  return `${target.basePath}/Groups/${id}`;
}

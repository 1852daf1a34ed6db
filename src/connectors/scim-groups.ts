/** Being a member of a group at a SCIM server. Members are added and removed: nobody's list is written whole. */
import { atMost } from '../at-most.ts';
import type { Call } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { despite, refusal } from './despite.ts';
import { type Api, isFilterRefused, isMissing, isOtherVersion } from './scim-api.ts';
import type { Deviations, Updates } from './scim-deviations.ts';
import { GroupMembers, type MemberChange, operationsOf, withMembers } from './scim-members.ts';
import { type PatchOperation, type Resource, versionOf, written } from './scim-resource.ts';
import { listed, quoted } from './scim-search.ts';

const form = /^group:([^\s,]{1,200})$/;

/** What memberships are here. */
export const membershipHelp =
  'group:<id> for a member of a group, the id being the one that the server gave it.';

/** What is wrong with a membership's text. */
export function complaintAbout(membership: string): string | null {
  return form.test(membership) ? null : 'must be group:<id>';
}

/** The membership of a group. */
export const membershipOf = (groupId: string): string => `group:${groupId}`;

/** The id of the group that a membership is about. */
export const groupIdOf = (membership: string): string => form.exec(membership)?.[1] ?? '';

/** The memberships of the groups that a user shows (RFC 7643 §4.1.2); `null` where it shows none, which it may have. */
export function groupsShown({ groups }: Resource): readonly string[] | null {
  if (!isArray(groups)) return null;
  return groups.flatMap((one) => (isObject(one) ? [membershipOf(String(one.value))] : []));
}

/** Where a group is. */
export const groupPath = (groupId: string): string => `/Groups/${encodeURIComponent(groupId)}`;

/** A user of whom groups are asked for or changed. */
export interface Member {
  readonly userId: string;
  readonly memberships: readonly string[];
}

export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A change of a group, in both the ways in which servers take one. */
export interface GroupWrite {
  readonly operations: readonly PatchOperation[];
  /** The group as it is to be, of what it is. */
  readonly merged: (group: Resource) => Resource;
}

/** What groups are asked and written by. */
export interface GroupsOptions {
  readonly api: Api;
  readonly deviations: Pick<Deviations, 'membersPerRequest' | 'removals'>;
  readonly howToUpdate: (call: Call) => Promise<Updates>;
}

/** Groups at a server. A class because it learns what the server can, for as long as it is connected. */
export class Groups {
  readonly #api: Api;
  readonly #options: GroupsOptions;
  /** Those whose members were changed. */
  readonly #members = new Map<string, GroupMembers>();
  readonly #turns = new Map<string, ReturnType<typeof atMost>>();
  #byFilter = true;

  constructor(options: GroupsOptions) {
    this.#api = options.api;
    this.#options = options;
  }

  /** Of these memberships, those that a user has: as the user says (`groups`, RFC 7643 §4.1.2), else as the groups do. */
  async of(
    user: Resource,
    { userId, memberships }: Member,
    call: Call,
  ): Promise<readonly string[]> {
    if (memberships.length === 0) return [];
    const shown = groupsShown(user);
    if (shown !== null) return memberships.filter((membership) => shown.includes(membership));
    const held: string[] = [];
    for (const membership of memberships)
      if (await this.#has(groupIdOf(membership), userId, call)) held.push(membership);
    return held;
  }

  async #has(groupId: string, userId: string, call: Call): Promise<boolean> {
    if (this.#byFilter) {
      const filter = `id eq ${quoted(groupId)} and members.value eq ${quoted(userId)}`;
      try {
        const query = { filter, attributes: 'id', startIndex: '1', count: '1' };
        const { resources } = await listed(this.#api, '/Groups', query, call);
        return resources.some(({ id }) => id === groupId);
      } catch (error) {
        if (!isFilterRefused(error)) throw error;
        this.#byFilter = false;
      }
    }
    const group = await this.read(groupId, call);
    const members = group?.members;
    return isArray(members) && members.some((one) => isObject(one) && String(one.value) === userId);
  }

  /** A group; `null` where it is gone. */
  async read(
    groupId: string,
    call: Call,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Resource | null> {
    try {
      return await this.#api.send({ method: 'GET', path: groupPath(groupId), query }, call);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Changes a group: by PATCH, or as a whole by PUT, of what was read right before, at a server that knows no PATCH. */
  async write(groupId: string, { operations, merged }: GroupWrite, call: Call): Promise<void> {
    const path = groupPath(groupId);
    if ((await this.#options.howToUpdate(call)) === 'patch') {
      const body = { schemas: [patchSchema], Operations: operations };
      await this.#api.send({ method: 'PATCH', path, body }, call);
      return;
    }
    const turn = this.#turns.get(groupId) ?? atMost({ atOnce: 1 });
    this.#turns.set(groupId, turn);
    await turn(() => this.#replace(path, merged, call), call);
  }

  /** Whoever changed it between the two is not written over, where the server knows versions. */
  async #replace(path: string, merged: GroupWrite['merged'], call: Call, tries = 3): Promise<void> {
    const group = (await this.#api.send({ method: 'GET', path }, call)) ?? {};
    const body = written(merged(group));
    try {
      await this.#api.send({ method: 'PUT', path, body, ifMatch: versionOf(group) }, call);
    } catch (error) {
      if (!isOtherVersion(error) || tries === 1) throw error;
      await this.#replace(path, merged, call, tries - 1);
    }
  }

  /** Why a membership cannot be given at all; `null` where it can. */
  async fault(membership: string, call: Call): Promise<string | null> {
    if ((await this.read(groupIdOf(membership), call)) !== null) return null;
    return `There is no group ${groupIdOf(membership)} at ${this.#api.origin}: choose another in the policy, or make it there.`;
  }

  /** Makes a user a member; a group that refuses keeps nobody from the others. */
  async add({ userId, memberships }: Member, call: Call): Promise<void> {
    const [membership, ...others] = memberships;
    if (membership === undefined) return;
    const refused = await refusal(() => this.#change(membership, { op: 'add', userId }, call));
    await despite(refused, () => this.add({ userId, memberships: others }, call));
  }

  /** Takes a user out; out of a group that is gone everybody is. */
  async remove({ userId, memberships }: Member, call: Call): Promise<void> {
    for (const membership of memberships)
      await this.#change(membership, { op: 'remove', userId }, call);
  }

  async #change(membership: string, change: MemberChange, call: Call): Promise<void> {
    const members = this.#members.get(membership) ?? this.#membersOf(membership);
    this.#members.set(membership, members);
    await members.change(change, call);
  }

  #membersOf(membership: string): GroupMembers {
    const { membersPerRequest: most, removals } = this.#options.deviations;
    return new GroupMembers({
      most,
      write: async (changes, call) => {
        const write = {
          operations: operationsOf(changes, removals),
          merged: (group: Resource) => withMembers(group, changes),
        };
        await this.write(groupIdOf(membership), write, call);
      },
      gone: async (cause, call) => {
        const fault = (await this.fault(membership, call)) ?? String(cause);
        return new DestinationError('rejected', fault, { cause, refused: [membership] });
      },
    });
  }
}

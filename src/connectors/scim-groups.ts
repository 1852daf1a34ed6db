/** Being a member of a group at a SCIM server. Members are added and removed: nobody's list is written whole. */
import { atMost } from '../at-most.ts';
import type { Call } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { despite, refusal, restated } from './despite.ts';
import { type Api, isMissing, isOtherVersion } from './scim-api.ts';
import type { Deviations, Updates } from './scim-deviations.ts';
import { MemberFilter } from './scim-member-filter.ts';
import { GroupMembers, type MemberChange, operationsOf, withMembers } from './scim-members.ts';
import { type PatchOperation, type Resource, versionOf, written } from './scim-resource.ts';
import { type Roster, Rosters } from './scim-rosters.ts';
import { listed } from './scim-search.ts';

const form = /^group:([^\s,]{1,600})$/;

/** What memberships are here. */
export const membershipHelp =
  'group:<id> for a member of a group, the id being the one that the server gave it.';

/** What is wrong with a membership's text. */
export function complaintAbout(membership: string): string | null {
  return form.test(membership) ? null : 'must be group:<id>';
}

/** The membership of a group. What a membership cannot have in it, as the id may (a name, a DN), is written as in a URL. */
export const membershipOf = (groupId: string): string =>
  `group:${groupId.replace(/[\s,]|%(?=[\dA-F]{2})/g, encodeURIComponent)}`;

/** The id of the group that a membership is about. */
export function groupIdOf(membership: string): string {
  const id = form.exec(membership)?.[1] ?? '';
  return id.replace(/(?:%[\dA-F]{2})+/g, (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  });
}

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
  /** Members are taken out, and nothing else is done. */
  readonly isRemoval?: boolean;
}

/** What groups are asked and written by. */
export interface GroupsOptions {
  readonly api: Api;
  readonly deviations: Pick<Deviations, 'membersPerRequest' | 'removals'>;
  readonly howToUpdate: (call: Call) => Promise<Updates>;
  readonly now: () => number;
}

const hasNoMember = ({ members }: Resource): boolean => !isArray(members) || members.length === 0;

/** A group whose members are not shown cannot be written as a whole: whoever is in it would be put out. */
class MembersUnseen extends DestinationError {
  constructor(origin: string) {
    super(
      'rejected',
      `${origin} takes a group only as a whole and shows nobody of any group, so that whoever is in this one would be put out. Where groups there can be changed by PATCH, set it in Updates of groups; where nobody is in any of them, put somebody into one there; else take the group out of the policy.`,
    );
  }
}

/** Groups at a server. A class because it learns what the server can, for as long as it is connected. */
export class Groups {
  readonly #api: Api;
  readonly #options: GroupsOptions;
  /** Those whose members were changed. */
  readonly #members = new Map<string, GroupMembers>();
  readonly #turns = new Map<string, ReturnType<typeof atMost>>();
  readonly #byFilter: MemberFilter;
  readonly #rosters: Rosters;
  #usersShow = false;
  #lookedForAdded = false;
  /** A group did not show whom we had put into it. */
  #showedNone = false;

  constructor(options: GroupsOptions) {
    this.#api = options.api;
    this.#options = options;
    this.#byFilter = new MemberFilter(options.api);
    this.#rosters = new Rosters({
      read: (groupId, call) => this.read(groupId, call),
      now: options.now,
    });
  }

  /**
   * Of these memberships, those that a user has: as the user says (`groups`, RFC 7643 §4.1.2), else as the groups do. Where
   * neither shows anybody's, those count that the engine believes in.
   */
  async of(
    user: Resource,
    { userId, memberships }: Member,
    call: Call,
  ): Promise<readonly string[]> {
    if (memberships.length === 0) return [];
    const shown = this.shownBy(user);
    if (shown !== null) return memberships.filter((membership) => shown.includes(membership));
    const held: string[] = [];
    for (const membership of memberships)
      if (await this.#has(membership, userId, call)) held.push(membership);
    return held;
  }

  /** The memberships that a user shows; `null` where it shows none and no user of the server was ever seen to show any. */
  shownBy(user: Resource): readonly string[] | null {
    const shown = groupsShown(user);
    if (shown !== null && shown.length > 0) this.#usersShow = true;
    return this.#usersShow ? shown : null;
  }

  /** Who has each of these memberships, as the groups show it; none where groups show nobody's. */
  async rosters(memberships: readonly string[], call: Call): Promise<ReadonlyMap<string, Roster>> {
    const read = memberships.map(
      async (membership) =>
        [membership, await this.#rosters.of(groupIdOf(membership), call)] as const,
    );
    const all = await Promise.all(read);
    return new Map(this.#rosters.areShown ? all : []);
  }

  /** A filter is believed once it found somebody, and not everybody; before that the group is read as well. */
  async #has(membership: string, userId: string, call: Call): Promise<boolean> {
    const groupId = groupIdOf(membership);
    const found = await this.#byFilter.finds(groupId, userId, call);
    if (found === true || (found === false && this.#byFilter.isProven)) return found;
    const roster = await this.#rosters.of(groupId, call);
    if (roster.has(userId)) {
      if (found === false) this.#byFilter.giveUp();
      return true;
    }
    const isBelieved = !this.#rosters.areShown && call.believed?.includes(membership) === true;
    if (isBelieved) this.#showedNone = true;
    if (isBelieved && found === false) this.#byFilter.missed();
    return isBelieved;
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
  async write(groupId: string, write: GroupWrite, call: Call): Promise<void> {
    const path = groupPath(groupId);
    if ((await this.#options.howToUpdate(call)) === 'patch') {
      const body = { schemas: [patchSchema], Operations: write.operations };
      await this.#api.send({ method: 'PATCH', path, body }, call);
      return;
    }
    const turn = this.#turns.get(groupId) ?? atMost({ atOnce: 1 });
    this.#turns.set(groupId, turn);
    await turn(() => this.#replace(path, write, call), call);
  }

  /** Whoever changed it between the two is not written over, where the server knows versions. */
  async #replace(path: string, write: GroupWrite, call: Call, tries = 3): Promise<void> {
    const group = await this.#api.send({ method: 'GET', path }, call);
    if (group === null)
      throw new DestinationError('transient', `${this.#api.origin} tells nothing of a group.`);
    if (hasNoMember(group) && (this.#showedNone || write.isRemoval)) {
      if (!(await this.#membersAreShown(call))) throw new MembersUnseen(this.#api.origin);
      if (write.isRemoval) return;
    }
    const body = written(write.merged(group));
    try {
      await this.#api.send({ method: 'PUT', path, body, ifMatch: versionOf(group) }, call);
    } catch (error) {
      if (!isOtherVersion(error) || tries === 1) throw error;
      await this.#replace(path, write, call, tries - 1);
    }
  }

  /** Whether any group of the server shows who is in it: in one that shows nobody is nobody then. */
  async #membersAreShown(call: Call): Promise<boolean> {
    if (this.#rosters.areShown) return true;
    const query = { attributes: 'id,members', startIndex: '1', count: '100' };
    const { resources } = await listed(this.#api, '/Groups', query, call);
    return !resources.every(hasNoMember);
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
    const groupId = groupIdOf(membership);
    this.#rosters.forget(groupId);
    await members.change(change, call);
    this.#rosters.forget(groupId);
    if (change.op === 'add') await this.#learnWhetherShown(groupId, call);
  }

  /** Whether groups show their members is seen best right after somebody became one. */
  async #learnWhetherShown(groupId: string, call: Call): Promise<void> {
    if (this.#lookedForAdded || this.#rosters.areShown) return;
    if (this.#usersShow && (await this.#options.howToUpdate(call)) === 'patch') return;
    this.#lookedForAdded = true;
    try {
      this.#showedNone = (await this.#rosters.of(groupId, call)).size === 0;
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      // The member is one all the same; it is seen with the next one.
      this.#lookedForAdded = false;
    }
  }

  #membersOf(membership: string): GroupMembers {
    const { membersPerRequest: most, removals } = this.#options.deviations;
    return new GroupMembers({
      most,
      write: async (changes, call) => {
        const write = {
          operations: operationsOf(changes, removals),
          merged: (group: Resource) => withMembers(group, changes),
          isRemoval: changes.every(({ op }) => op === 'remove'),
        };
        try {
          await this.write(groupIdOf(membership), write, call);
        } catch (error) {
          const isJoining = changes.every(({ op }) => op === 'add');
          if (!(error instanceof MembersUnseen && isJoining)) throw error;
          throw restated(error, { refused: [membership] });
        }
      },
      gone: async (cause, call) => {
        const fault = await this.fault(membership, call);
        return fault === null
          ? null
          : new DestinationError('rejected', fault, { cause, refused: [membership] });
      },
    });
  }
}

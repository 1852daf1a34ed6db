/**
 * Groups of ours as Groups of a SCIM server (RFC 7643 §4.2): its `externalId` is our group's id. Without members: these
 * come and go with the people (`scim-groups.ts`).
 */
import type {
  Call,
  GroupChange,
  GroupTarget,
  NamedGroup,
  RemoteGroup,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { refusal } from './despite.ts';
import { type Api, isFilterRefused, isMissing, refusalOf } from './scim-api.ts';
import { complaintAbout, type Groups, groupIdOf, groupPath, membershipOf } from './scim-groups.ts';
import {
  applied,
  attributesOf,
  ofGroup,
  operationsFor,
  type Resource,
  type Wanted,
} from './scim-resource.ts';
import { everyOne, listed, quoted } from './scim-search.ts';

const pageSize = '100';

/** A group may have many members, and none of them is looked at here (RFC 7644 §3.9). */
const withoutMembers = { excludedAttributes: 'members' };

/** Whom a group is looked for. */
type Sought = Pick<NamedGroup, 'key' | 'name'>;

/** The groups of a server. A class because it remembers what was read, for who writes right after. */
export class PushedGroups implements GroupTarget {
  readonly #api: Api;
  readonly #groups: Groups;
  readonly #whole = new WeakMap<RemoteGroup, Resource>();

  constructor(api: Api, groups: Groups) {
    this.#api = api;
    this.#groups = groups;
  }

  async read(membership: string, call: Call): Promise<RemoteGroup | null> {
    const group = await this.#groups.read(groupIdOf(membership), call, withoutMembers);
    return group === null ? null : this.#remote(group);
  }

  #remote(group: Resource): RemoteGroup {
    const { id, externalId } = group;
    const { displayName = '', ...attributes } = attributesOf(group, ofGroup);
    const remote = {
      membership: membershipOf(String(id)),
      key: typeof externalId === 'string' && externalId !== '' ? externalId : null,
      name: displayName ?? '',
      attributes,
    };
    this.#whole.set(remote, group);
    return remote;
  }

  /** By `externalId` first: whoever has that is the group, whatever it is called. */
  async find({ key, name }: Sought, call: Call): Promise<readonly RemoteGroup[]> {
    const isOurs = (one: RemoteGroup) => one.key === key;
    const isCalled = (one: RemoteGroup) => one.name.toLowerCase() === name.toLowerCase();
    const byKey = await this.#ask(`externalId eq ${quoted(key)}`, isOurs, call);
    if (byKey !== null && byKey.length > 0) return byKey;
    const named = await this.#ask(`displayName eq ${quoted(name)}`, isCalled, call);
    if (named !== null) return named;
    const all: RemoteGroup[] = [];
    for await (const group of everyOne(this.#api, '/Groups', withoutMembers, call))
      all.push(this.#remote(group));
    return all.filter((one) => isOurs(one) || isCalled(one));
  }

  /** The groups that match; `null` where the server does not take such a filter, or ignores it. */
  async #ask(
    filter: string,
    isMeant: (group: RemoteGroup) => boolean,
    call: Call,
  ): Promise<readonly RemoteGroup[] | null> {
    try {
      const query = { filter, ...withoutMembers, startIndex: '1', count: pageSize };
      const { resources, total } = await listed(this.#api, '/Groups', query, call);
      const groups = resources.map((group) => this.#remote(group));
      return total > groups.length || !groups.every(isMeant) ? null : groups;
    } catch (error) {
      if (isFilterRefused(error)) return null;
      throw error;
    }
  }

  async create(group: NamedGroup, call: Call): Promise<string> {
    const { key: externalId, name: displayName } = group;
    const wanted = { attributes: { displayName, ...group.attributes }, externalId };
    const body = applied({}, wanted, ofGroup);
    try {
      const made = await this.#api.send({ method: 'POST', path: '/Groups', body }, call);
      if (typeof made?.id !== 'string')
        throw new DestinationError(
          'transient',
          `${this.#api.origin} made a group and gave no id.`,
          { unknownOutcome: true },
        );
      const membership = membershipOf(made.id);
      const complaint = complaintAbout(membership);
      if (complaint === null) return membership;
      throw new DestinationError(
        'rejected',
        `The group’s id at ${this.#api.origin} is none that can be named (${made.id}).`,
      );
    } catch (error) {
      throw await this.#unmade(group, error, call);
    }
  }

  /** 409 is that a group is there (RFC 7644 §3.3): it may be this one, made a moment ago. */
  async #unmade(group: Sought, cause: unknown, call: Call): Promise<unknown> {
    if (refusalOf(cause)?.status !== 409) return cause;
    if ((await this.find(group, call)).length > 0)
      return new DestinationError(
        'transient',
        `${group.name} is there meanwhile; it is looked at.`,
        { cause, unknownOutcome: true },
      );
    return new DestinationError(
      'rejected',
      `${this.#api.origin} has a group already that is in the way of ${group.name}, and does not find it: change or remove that group there.`,
      { cause },
    );
  }

  async update(
    found: RemoteGroup,
    { name, key, attributes }: GroupChange,
    call: Call,
  ): Promise<void> {
    const named = name === undefined ? attributes : { displayName: name, ...attributes };
    if (Object.keys(named).length > 0) await this.#write(found, { attributes: named }, call);
    if (key === undefined) return;
    const claim = { attributes: {}, externalId: key };
    const refused = await refusal(() => this.#write(found, claim, call));
    if (refused !== null) call.remark?.('it keeps no external ID of ours');
  }

  async #write(found: RemoteGroup, wanted: Wanted, call: Call): Promise<void> {
    const whole = this.#whole.get(found) ?? {};
    const write = {
      operations: operationsFor(whole, wanted, ofGroup),
      merged: (group: Resource) => applied(group, wanted, ofGroup),
    };
    try {
      await this.#groups.write(groupIdOf(found.membership), write, call);
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      throw new DestinationError('transient', 'The group is gone; it is looked for again.', {
        cause,
        unknownOutcome: true,
      });
    }
  }

  async delete(membership: string, call: Call): Promise<void> {
    try {
      const path = groupPath(groupIdOf(membership));
      await this.#api.send({ method: 'DELETE', path }, call);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

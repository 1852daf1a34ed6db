/**
 * Who is in the groups of a SCIM server, as the groups themselves show it. Many people are looked at one after the other,
 * and a group may have many members: what was read of one is good for a few seconds, and until we change it.
 */
import type { Call } from '../provisioning/connector.ts';
import { isArray, isObject } from '../scim/json.ts';
import type { Resource } from './scim-resource.ts';
import { SharedRequest } from './shared-request.ts';

/** For so long what was read of a group is good. */
const goodMs = 5_000;

/** What it takes to read groups. */
export interface RostersOptions {
  readonly read: (groupId: string, call: Call) => Promise<Resource | null>;
  readonly now: () => number;
}

/** The members of a group by their ids; nobody of one that is gone. */
export type Roster = ReadonlySet<string>;

/** The groups that were read. A class because it remembers them. */
export class Rosters {
  readonly #options: RostersOptions;
  readonly #read = new Map<
    string,
    { readonly at: number; readonly roster: SharedRequest<Roster> }
  >();
  #shown = false;

  constructor(options: RostersOptions) {
    this.#options = options;
  }

  /** Whether any group ever showed a member: some servers show those of none. */
  get areShown(): boolean {
    return this.#shown;
  }

  /** Who is in a group. */
  async of(groupId: string, call: Call): Promise<Roster> {
    const now = this.#options.now();
    for (const [id, { at }] of this.#read) if (now - at >= goodMs) this.#read.delete(id);
    const known = this.#read.get(groupId) ?? { at: now, roster: new SharedRequest<Roster>() };
    this.#read.set(groupId, known);
    const roster = await known.roster.get((asking) => this.#ask(groupId, asking), call);
    if (roster.size > 0) this.#shown = true;
    return roster;
  }

  /** What was read of a group is so no more. */
  forget(groupId: string): void {
    this.#read.delete(groupId);
  }

  async #ask(groupId: string, call: Call): Promise<Roster> {
    const group = await this.#options.read(groupId, call);
    const members = isArray(group?.members) ? group.members.filter(isObject) : [];
    return new Set(members.map(({ value }) => String(value)));
  }
}

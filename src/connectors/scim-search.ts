/** Looking for users at a SCIM server, by what its filters can (RFC 7644 §3.4.2.2). */
import type { Call } from '../provisioning/connector.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type Api, isFilterRefused, refusalOf } from './scim-api.ts';
import { emailsOf, type Resource } from './scim-resource.ts';

/** What a user is looked for by. */
export interface Wanted {
  readonly externalId: string | null;
  readonly email: string | null;
  readonly userName: string | null;
}

/** A list answer's resources, how many there are in all, and where the next page begins (RFC 9865 §2). */
export interface Found {
  readonly resources: readonly Resource[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** More than this nobody can be: a server that ignores filters answers with everybody. */
const most = 100;

/** One page of a list. */
export async function listed(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  call: Call,
): Promise<Found> {
  const answer = await api.send({ method: 'GET', path, query }, call);
  const { Resources, totalResults, nextCursor } = answer ?? {};
  const resources = isArray(Resources) ? Resources.filter(isObject) : [];
  return {
    resources,
    total: Math.max(resources.length, Number(totalResults) || 0),
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : null,
  };
}

/** A text in a filter (RFC 7644 §3.4.2.2: as in JSON). */
export const quoted = (text: string): string => JSON.stringify(text);

/** As many ids are asked for in one request: with them its address stays below 2,000 characters, which every server takes. */
const mostIds = 25;

/** Finds users. A class because it learns which filters a server takes, for as long as it is connected. */
export class Search {
  readonly #api: Api;
  /** Filters that the server refused, by the attribute they ask for. */
  readonly #refused = new Set<string>();
  #together = true;
  #idsAtOnce = mostIds;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Users of whom one of these is true, each once. What a server answers is compared again: some ignore filters.
   * @throws `DestinationError` also where the server takes no filter by which a user could be found
   */
  async users(wanted: Wanted, call: Call): Promise<readonly Resource[]> {
    const asked = [
      ['externalId', wanted.externalId],
      ['userName', wanted.userName],
      ['userName', wanted.email],
      ['emails.value', wanted.email],
    ] as const;
    const terms = new Map<string, string>();
    for (const [attribute, value] of asked)
      if (value !== null) terms.set(`${attribute} eq ${quoted(value)}`, attribute);
    const found = new Map<string, Resource>();
    for (const filter of this.#filters(terms))
      for (const user of await this.#ask(filter, terms, call))
        if (typeof user.id === 'string' && isWanted(user, wanted)) found.set(user.id, user);
    return [...found.values()];
  }

  /**
   * Users by their ids, as far as one request for several tells them. Of who is missing nothing is known: where a
   * server does not take such a filter that is everybody.
   */
  async usersWithIds(ids: readonly string[], call: Call): Promise<readonly Resource[]> {
    const asked: Promise<readonly Resource[]>[] = [];
    for (let from = 0; from < ids.length && this.#idsAtOnce > 1; from += this.#idsAtOnce)
      asked.push(this.#askIds(ids.slice(from, from + this.#idsAtOnce), call));
    return (await Promise.all(asked)).flat();
  }

  async #askIds(ids: readonly string[], call: Call): Promise<readonly Resource[]> {
    const filter = ids.map((id) => `id eq ${quoted(id)}`).join(' or ');
    const query = { filter, startIndex: '1', count: String(ids.length) };
    try {
      const { resources, total } = await listed(this.#api, '/Users', query, call);
      const isTold = resources.every(({ id }) => typeof id === 'string' && ids.includes(id));
      // One that ignores filters tells of anybody; one that gives less at a time is asked for less.
      if (!isTold) this.#idsAtOnce = 0;
      else if (total > resources.length)
        this.#idsAtOnce = Math.min(this.#idsAtOnce, resources.length);
      return isTold ? resources : [];
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      this.#idsAtOnce = 0;
      return [];
    }
  }

  #filters(terms: ReadonlyMap<string, string>): readonly string[] {
    const taken = [...terms].flatMap(([term, attribute]) =>
      this.#refused.has(attribute) ? [] : [term],
    );
    return this.#together && taken.length > 0 ? [taken.join(' or ')] : taken;
  }

  async #ask(
    filter: string,
    terms: ReadonlyMap<string, string>,
    call: Call,
  ): Promise<readonly Resource[]> {
    try {
      const query = { filter, startIndex: '1', count: String(most) };
      return (await listed(this.#api, '/Users', query, call)).resources;
    } catch (error) {
      if (!isFilterRefused(error)) throw error;
      const attribute = terms.get(filter);
      // By userName every server finds: one that does not cannot be provisioned to.
      if (attribute === 'userName') throw error;
      if (attribute !== undefined) {
        this.#refused.add(attribute);
        return [];
      }
      this.#together = false;
      const each: Resource[] = [];
      for (const one of this.#filters(terms)) each.push(...(await this.#ask(one, terms, call)));
      return each;
    }
  }
}

function isWanted(user: Resource, { externalId, email, userName }: Wanted): boolean {
  const same = (value: unknown, other: string | null) =>
    other !== null && typeof value === 'string' && value.toLowerCase() === other.toLowerCase();
  return (
    (externalId !== null && user.externalId === externalId) ||
    same(user.userName, userName) ||
    same(user.userName, email) ||
    emailsOf(user).some(({ value }) => same(value, email))
  );
}

/** Looking for users at a SCIM server, by what its filters can (RFC 7644 §3.4.2.2). */
import type { Call } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { firstAlone } from './first-alone.ts';
import { type Api, hasFailed, isFilterRefused, isMissing, refusalOf } from './scim-api.ts';
import type { Resource } from './scim-resource.ts';
import { isWanted, type Wanted } from './scim-wanted.ts';
import { SharedRequest } from './shared-request.ts';

/** A list answer's resources, how many there are in all, and where the next page begins (RFC 9865 §2). */
export interface Found {
  readonly resources: readonly Resource[];
  /** At least: `counted` where the server says how many. */
  readonly total: number;
  readonly counted: boolean;
  readonly nextCursor: string | null;
}

/** More than this nobody can be: a server that ignores filters answers with everybody. */
const most = 100;

/** A server that says there are more users than these pages hold is not read to the end for one of them. */
const mostPages = 1_000;

/** One page of a list. */
export async function listed(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  call: Call,
): Promise<Found> {
  const answer = await api.send({ method: 'GET', path, query }, call).catch((error: unknown) => {
    // Some say so that nothing matches.
    if (query.filter !== undefined && isMissing(error)) return null;
    throw error;
  });
  const { Resources, totalResults, nextCursor } = answer ?? {};
  const resources = isArray(Resources) ? Resources.filter(isObject) : [];
  const total = Math.max(resources.length, Number(totalResults) || 0);
  const { startIndex, ...fromTheFirst } = query;
  // Some count from 0, and begin behind whoever was found first.
  const hidden = total - resources.length;
  const lacksFirst = resources.length === 0 || (query.filter !== undefined && hidden === 1);
  if (startIndex === '1' && hidden > 0 && lacksFirst) return listed(api, path, fromTheFirst, call);
  return {
    resources,
    total,
    counted: totalResults !== undefined,
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : null,
  };
}

/**
 * All resources of a kind, page by page.
 * @throws `DestinationError` (rejected) where there are more than anybody should be looked for among
 */
export async function* everyOne(
  api: Api,
  path: '/Users' | '/Groups',
  asked: Readonly<Record<string, string>>,
  call: Call,
): AsyncGenerator<Resource> {
  const seen = new Set<unknown>();
  for (let page = 0, from = 1; page < mostPages; page += 1) {
    const query = { ...asked, startIndex: String(from), count: String(most) };
    const { resources, total, counted } = await listed(api, path, query, call);
    const fresh = resources.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield* fresh;
    from += resources.length;
    if (fresh.length === 0 || (counted && from > total)) return;
  }
  throw new DestinationError(
    'rejected',
    `${api.origin} has too many ${path === '/Users' ? 'users' : 'groups'} to look through, and takes no filter that finds one.`,
  );
}

/** A text in a filter (RFC 7644 §3.4.2.2: as in JSON). */
export const quoted = (text: string): string => JSON.stringify(text);

/** As many ids are asked for in one request: with them its address stays below 2,000 characters, which every server takes. */
const mostIds = 25;
/** The same for a filter for several people, as it stands in an address. */
const longestFilter = 1_700;

/** Finds users. A class because it learns which filters a server takes, for as long as it is connected. */
export class Search {
  readonly #api: Api;
  /** Filters that the server refused, by the attribute they ask for. */
  readonly #refused = new Set<string>();
  #together = true;
  readonly #proof = new SharedRequest<boolean | null>();
  /** How often in a row the server failed at a filter of several terms. */
  #failures = 0;
  readonly #byTermsInTurn = firstAlone();
  readonly #byIdsInTurn = firstAlone();
  readonly #absentInTurn = firstAlone();
  #ignored = false;
  #idsAtOnce = mostIds;
  #severalAtOnce = true;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Users of whom one of these is true, each once. What a server answers is compared again: some ignore filters.
   * @throws `DestinationError` also where the server takes no filter by which a user could be found
   */
  async users(wanted: Wanted, call: Call): Promise<readonly Resource[]> {
    const terms = termsFor(wanted);
    const found = await this.#byTermsInTurn(() => this.#byFilter(terms, wanted, call));
    if (found.length > 0) return found;
    if (terms.size > 1 && this.#together && !(await this.#takesSeveral(call)))
      return this.#byFilter(terms, wanted, call);
    return this.#ignored ? this.#amongAll(wanted, call) : found;
  }

  async #byFilter(
    terms: ReadonlyMap<string, string>,
    wanted: Wanted,
    call: Call,
  ): Promise<readonly Resource[]> {
    const found = new Map<string, Resource>();
    for (const filter of this.#filters(terms)) {
      const { resources, total, counted } = await this.#ask(filter, terms, call);
      const matching = resources.filter((user) => isWanted(user, wanted));
      const mayBeMore = total > resources.length || !counted;
      if (mayBeMore && matching.length < resources.length) this.#ignored = true;
      for (const user of matching) if (typeof user.id === 'string') found.set(user.id, user);
    }
    return [...found.values()];
  }

  /** The way to find somebody where filters are ignored. */
  async #amongAll(wanted: Wanted, call: Call): Promise<readonly Resource[]> {
    const found: Resource[] = [];
    for await (const user of everyOne(this.#api, '/Users', {}, call))
      if (typeof user.id === 'string' && isWanted(user, wanted)) found.push(user);
    return found;
  }

  /**
   * Of these, those whom requests for several of them do not find. Where a server does not take such a filter, or does
   * not tell all that it finds, that is nobody.
   */
  async absent(wanted: readonly Wanted[], call: Call): Promise<readonly Wanted[]> {
    const parts = this.#asTogether(wanted).filter((some) => some.length > 1);
    const asked = parts.map((some) => this.#absentInTurn(() => this.#absentAmong(some, call)));
    const absent = (await Promise.all(asked)).flat();
    return absent.length > 0 && (await this.#takesSeveral(call)) ? absent : [];
  }

  /** As many at a time as one filter holds. */
  #asTogether(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
    const parts: Wanted[][] = [];
    let left = 0;
    for (const one of wanted) {
      const length = encodeURIComponent(this.#filterFor([one])).length;
      if (length === 0) continue;
      if (length > left) {
        parts.push([]);
        left = longestFilter;
      }
      parts.at(-1)?.push(one);
      left -= length;
    }
    return parts;
  }

  async #absentAmong(wanted: readonly Wanted[], call: Call): Promise<readonly Wanted[]> {
    if (!this.#together || this.#ignored || !this.#severalAtOnce) return [];
    const query = { filter: this.#filterFor(wanted), startIndex: '1', count: String(most) };
    try {
      const { resources, total } = await listed(this.#api, '/Users', query, call);
      const isTold = resources.every((user) => wanted.some((one) => isWanted(user, one)));
      // One that ignores filters tells of anybody.
      if (!isTold) this.#severalAtOnce = false;
      if (!isTold || total > resources.length) return [];
      return wanted.filter((one) => !resources.some((user) => isWanted(user, one)));
    } catch (error) {
      if (refusalOf(error) === null && !hasFailed(error)) throw error;
      this.#severalAtOnce = false;
      return [];
    }
  }

  #filterFor(wanted: readonly Wanted[]): string {
    return this.#taken(new Map(wanted.flatMap((one) => [...termsFor(one)]))).join(' or ');
  }

  /**
   * Whether a filter of several terms finds whoever one of them does: some servers read a part of it, and tell of
   * nobody. Not known as long as there is nobody to be found.
   */
  async #takesSeveral(call: Call): Promise<boolean> {
    const proven = await this.#proof.get((asking) => this.#prove(asking), call);
    if (proven === null) this.#proof.forget();
    if (proven === false) this.#together = false;
    return proven !== false;
  }

  async #prove(call: Call): Promise<boolean | null> {
    const one = { startIndex: '1', count: '1' };
    const { resources } = await listed(this.#api, '/Users', one, call);
    const name = resources.find(({ userName }) => typeof userName === 'string')?.userName;
    if (typeof name !== 'string') return null;
    const filter = `userName eq ${quoted(noName)} or userName eq ${quoted(name)}`;
    try {
      const answer = await listed(this.#api, '/Users', { filter, ...one }, call);
      return answer.resources.length > 0;
    } catch (error) {
      if (isFilterRefused(error)) return false;
      throw error;
    }
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

  #askIds(ids: readonly string[], call: Call): Promise<readonly Resource[]> {
    return this.#byIdsInTurn(async () => (this.#idsAtOnce === 0 ? [] : this.#usersOf(ids, call)));
  }

  async #usersOf(ids: readonly string[], call: Call): Promise<readonly Resource[]> {
    const filter = ids.map((id) => `id eq ${quoted(id)}`).join(' or ');
    const query = { filter, startIndex: '1', count: String(ids.length) };
    try {
      const { resources, total } = await listed(this.#api, '/Users', query, call);
      const isTold = resources.every(({ id }) => typeof id === 'string' && ids.includes(id));
      // One that ignores filters tells of anybody, one that reads a part of them of nobody; one that gives less at a
      // time is asked for less.
      if (!isTold || (resources.length === 0 && ids.length > 1)) this.#idsAtOnce = 0;
      else if (total > resources.length)
        this.#idsAtOnce = Math.min(this.#idsAtOnce, resources.length);
      return isTold ? resources : [];
    } catch (error) {
      if (refusalOf(error) === null && !hasFailed(error)) throw error;
      this.#idsAtOnce = 0;
      return [];
    }
  }

  #filters(terms: ReadonlyMap<string, string>): readonly string[] {
    const taken = this.#taken(terms);
    return this.#together && taken.length > 0 ? [taken.join(' or ')] : taken;
  }

  #taken(terms: ReadonlyMap<string, string>): readonly string[] {
    return [...terms].flatMap(([term, attribute]) => (this.#refused.has(attribute) ? [] : [term]));
  }

  async #ask(filter: string, terms: ReadonlyMap<string, string>, call: Call): Promise<Found> {
    const attribute = terms.get(filter);
    const isSeveral = attribute === undefined;
    try {
      const query = { filter, startIndex: '1', count: String(most) };
      const answer = await listed(this.#api, '/Users', query, call);
      if (isSeveral) this.#failures = 0;
      return answer;
    } catch (error) {
      if (isSeveral && hasFailed(error)) this.#failures += 1;
      if (isSeveral && (isFilterRefused(error) || this.#failures > 1))
        return this.#askEach(terms, call);
      // By userName every server finds: one that does not cannot be provisioned to.
      if (isSeveral || !isFilterRefused(error) || attribute === 'userName') throw error;
      this.#refused.add(attribute);
      return { resources: [], total: 0, counted: true, nextCursor: null };
    }
  }

  /** One term at a time. A server that fails then too does not answer at all, and says nothing of its filters. */
  async #askEach(terms: ReadonlyMap<string, string>, call: Call): Promise<Found> {
    this.#together = false;
    try {
      const each: Resource[] = [];
      for (const one of this.#filters(terms))
        each.push(...(await this.#ask(one, terms, call)).resources);
      return { resources: each, total: each.length, counted: true, nextCursor: null };
    } catch (error) {
      if (hasFailed(error)) this.#together = true;
      throw error;
    }
  }
}

/** A userName that nobody has. */
const noName = 'nobody@rollcall.invalid';

/** What finds one, each once, with the attribute it asks for. */
function termsFor({ externalId, userName, email }: Wanted): ReadonlyMap<string, string> {
  const asked = [
    ['externalId', externalId],
    ['userName', userName],
    ['userName', email],
    ['emails.value', email],
  ] as const;
  const terms = new Map<string, string>();
  for (const [attribute, value] of asked)
    if (value !== null) terms.set(`${attribute} eq ${quoted(value)}`, attribute);
  return terms;
}

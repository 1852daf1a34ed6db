/**
 * A SCIM server as a destination (*SCIM Server (Destination)*): a person is a User, which carries our key as its
 * `externalId` (RFC 7643 §3.1), a membership is being a member of a Group (`scim-groups.ts`). What the server can is
 * read from its ServiceProviderConfig, and may be declared where that is wrong.
 */
import type {
  Account,
  AccountPage,
  Call,
  CataloguePage,
  Change,
  Connector,
  ConnectorIo,
  GroupTarget,
  Leave,
  Left,
  Mapped,
  Match,
  Observed,
  Person,
  Settings,
  Target,
  Trait,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isObject } from '../scim/json.ts';
import { despite, refusal, restated } from './despite.ts';
import { type Api, isMissing, refusalOf, scimApi } from './scim-api.ts';
import { bucketOf, type Deviations, deviationsOf, type Updates } from './scim-deviations.ts';
import { discover, traitsOf, type Way } from './scim-discovery.ts';
import {
  complaintAbout,
  Groups,
  membershipHelp,
  membershipOf,
  patchSchema,
} from './scim-groups.ts';
import { listUsers } from './scim-listing.ts';
import { PushedGroups } from './scim-pushed-groups.ts';
import {
  applied,
  attributesOf,
  complaintAboutAttribute,
  complaintAboutGroupAttribute,
  emailOf,
  emailsOf,
  isActive,
  mapping,
  normalise,
  operationsFor,
  type Resource,
  versionOf,
  type Wanted,
  written,
} from './scim-resource.ts';
import type { Roster } from './scim-rosters.ts';
import { listed, Search } from './scim-search.ts';
import { fields } from './scim-settings.ts';
import type { Wanted as SearchedFor } from './scim-wanted.ts';
import { SharedRequest } from './shared-request.ts';

/** Users and groups of a SCIM server. */
export const scim = {
  name: 'scim',
  title: 'SCIM Server (Destination)',
  fields,
  // More people than requests: while some wait for their turn, members of one group gather for one request.
  concurrency: 32,
  bucket: bucketOf,
  // A POST that is repeated makes another user wherever userName is not unique.
  keyed: false,
  mapping,
  match: ['key', 'email'],
  groups: {
    otherAttributes: {
      ...{ prefix: '', label: 'Field', help: 'Its path at the destination.' },
      check: complaintAboutGroupAttribute,
    },
  },
  lists: true,
  membershipHelp,
  checkMembership: complaintAbout,
  otherAttributes: {
    ...{ prefix: '', label: 'Field', help: 'Its path at the destination.' },
    check: complaintAboutAttribute,
  },
  normalise,
  connect: (settings, io) => new ScimTarget(settings, io),
} satisfies Connector;

/** A connected server. A class because what it learns of the server lives as long as it does. */
class ScimTarget implements Target {
  readonly groups: GroupTarget;
  readonly #api: Api;
  readonly #search: Search;
  readonly #groups: Groups;
  readonly #deviations: Deviations;
  readonly #config = new SharedRequest<Resource | null>();
  readonly #tested = new Set<string>();
  readonly #keys = new SharedRequest<boolean>();
  #keyWasSeen = false;
  /** What was read, for who writes right after: a PUT and a multi-valued attribute are written whole. */
  readonly #whole = new WeakMap<Observed, Resource>();

  constructor(settings: Settings, io: ConnectorIo) {
    this.#deviations = deviationsOf(settings);
    this.#api = scimApi(settings, this.#deviations, io);
    this.#search = new Search(this.#api);
    this.#groups = new Groups({
      ...{ api: this.#api, deviations: this.#deviations },
      howToUpdate: (call) => this.#howToUpdate(this.#deviations.groupUpdates, call),
      now: io.now,
    });
    this.groups = new PushedGroups(this.#api, this.#groups);
  }

  async test(call: Call): Promise<void> {
    if (!this.#tested.has('')) {
      await this.#saysOfItself(call);
      const query = { startIndex: '1', count: '1' };
      await listed(this.#api, '/Users', query, call);
      this.#tested.add('');
    }
    for (const membership of call.memberships ?? []) {
      if (this.#tested.has(membership)) continue;
      const fault = await this.#groups.fault(membership, call);
      if (fault !== null)
        throw new DestinationError('misconfigured', fault, { code: 'permissions' });
      this.#tested.add(membership);
    }
  }

  async traits(mapped: Mapped, call: Call): Promise<readonly Trait[]> {
    const discovery = await discover(this.#api, call);
    const way = async (declared: Updates | null): Promise<Way> => ({
      updates: await this.#howToUpdate(declared, call),
      declared: declared !== null,
    });
    const { updates, groupUpdates } = this.#deviations;
    const ways = { users: await way(updates), groups: await way(groupUpdates) };
    return traitsOf(discovery, { ...ways, mapped });
  }

  /** As the server wants it. */
  #saidOf(active: boolean): boolean | string {
    if (this.#deviations.active === 'boolean') return active;
    return active ? 'True' : 'False';
  }

  /** A server without ServiceProviderConfig is taken to know PATCH, as most do. */
  async #howToUpdate(declared: Updates | null, call: Call): Promise<Updates> {
    if (declared !== null) return declared;
    const config = await this.#saysOfItself(call);
    return isObject(config?.patch) && config.patch.supported === false ? 'put' : 'patch';
  }

  /** Its ServiceProviderConfig, asked for once; `null` where it has none. */
  #saysOfItself(call: Call): Promise<Resource | null> {
    const ask = (asking: Call) =>
      this.#api
        .send({ method: 'GET', path: '/ServiceProviderConfig' }, asking)
        .catch((error: unknown) => {
          if (refusalOf(error) !== null) return null;
          throw error;
        });
    return this.#config.get(ask, call);
  }

  async read(remoteId: string, call: Call): Promise<Observed | null> {
    const user = await this.#user(remoteId, call);
    if (user === null) return null;
    const observed = await this.#observe(user, call);
    const isLost = observed.key === null && call.applied === true;
    if (!isLost || (await this.#keepsKeys(call))) return observed;
    const { key: _key, ...keyless } = observed;
    this.#whole.set(keyless, user);
    return keyless;
  }

  /** Whether anybody there has an `externalId`; asked for once somebody has lost theirs, or the server keeps none. */
  async #keepsKeys(call: Call): Promise<boolean> {
    if (this.#keyWasSeen) return true;
    return this.#keys.get(async (asking) => {
      const { resources } = await listed(
        this.#api,
        '/Users',
        { startIndex: '1', count: '100' },
        asking,
      );
      return resources.some((user) => bare(user).key != null);
    }, call);
  }

  async #user(remoteId: string, call: Call): Promise<Resource | null> {
    try {
      return await this.#api.send({ method: 'GET', path: pathOf(remoteId) }, call);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async #observe(user: Resource, call: Call): Promise<Observed> {
    const asked = { userId: String(user.id), memberships: call.memberships ?? [] };
    const memberships = await this.#groups.of(user, asked, call);
    const observed = { ...bare(user), memberships };
    if (observed.key !== null) this.#keyWasSeen = true;
    this.#whole.set(observed, user);
    return observed;
  }

  async readMany(ids: readonly string[], call: Call): Promise<ReadonlyMap<string, Observed>> {
    const users = await this.#search.usersWithIds(ids, call);
    const shown = this.#shownBy(users);
    const rosters = users.every((user) => shown(user) !== null)
      ? new Map<string, Roster>()
      : await this.#groups.rosters(call.memberships ?? [], call);
    return new Map(users.map((user) => [String(user.id), asListed(user, shown(user), rosters)]));
  }

  /** One of them who shows a membership says that the others have none where they show none. */
  #shownBy(users: readonly Resource[]): (user: Resource) => readonly string[] | null {
    for (const user of users) this.#groups.shownBy(user);
    return (user) => this.#groups.shownBy(user);
  }

  /** Between two of its pages somebody may come or go, and others move into the page before. */
  readonly listMayMiss = true;

  async *list(after: string | null, call: Call): AsyncGenerator<AccountPage> {
    const config = await this.#saysOfItself(call);
    for await (const { users, next, about } of listUsers({ api: this.#api, call, config }, after)) {
      const shown = this.#shownBy(users);
      yield { accounts: users.map((user) => asListed(user, shown(user))), next, about };
    }
  }

  async find(person: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]> {
    const users = await this.#search.users(lookedForBy(person, by), call);
    const found: Observed[] = [];
    for (const user of users) found.push(await this.#observe(user, call));
    return found;
  }

  async absent(
    people: readonly Person[],
    by: readonly Match[],
    call: Call,
  ): Promise<ReadonlySet<Person>> {
    const asked = new Map(people.map((person) => [lookedForBy(person, by), person]));
    const absent = await this.#search.absent([...asked.keys()], call);
    return new Set(absent.flatMap((wanted) => asked.get(wanted) ?? []));
  }

  async create(account: Account, call: Call): Promise<string> {
    const { key, email, active, attributes, memberships } = account;
    const named = { ...attributes, userName: attributes.userName ?? email };
    const wanted = { attributes: named, email, active: this.#saidOf(active), externalId: key };
    const body = applied({}, wanted);
    let userId: string;
    try {
      const made = await this.#api.send({ method: 'POST', path: '/Users', body }, call);
      if (made?.externalId === key) this.#keyWasSeen = true;
      userId = typeof made?.id === 'string' ? made.id : await this.#untold(account, call);
    } catch (error) {
      throw await this.#unmade(error, account, call);
    }
    try {
      await this.#groups.add({ userId, memberships }, call);
    } catch (error) {
      throw error instanceof DestinationError ? restated(error, { made: userId }) : error;
    }
    return userId;
  }

  /** The id of a user who was made this moment, where the server says nothing of them. */
  async #untold(account: Account, call: Call): Promise<string> {
    const found = await this.find(account, ['key'], call);
    const ours = found.find(({ key }) => key === account.key);
    if (ours !== undefined) return ours.remoteId;
    throw new DestinationError('transient', `${this.#api.origin} made a user and gave no id.`, {
      unknownOutcome: true,
    });
  }

  /** 409 is that somebody is there (RFC 7644 §3.3): the person may be, made a moment ago. */
  async #unmade(error: unknown, account: Account, call: Call): Promise<unknown> {
    if (refusalOf(error)?.status !== 409) return error;
    const meanwhile = await this.find(account, ['key', 'email'], call);
    if (meanwhile.length > 0)
      return new DestinationError(
        'transient',
        `${account.email} is there meanwhile; it is looked at.`,
        {
          cause: error,
          unknownOutcome: true,
        },
      );
    return new DestinationError(
      'rejected',
      `${this.#api.origin} has somebody already who is in the way of ${account.email}, and does not find them: change or remove that user there.`,
      { cause: error },
    );
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    const { remoteId: userId } = observed;
    const wanted: Wanted = {
      attributes: change.attributes,
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.active === undefined ? {} : { active: this.#saidOf(change.active) }),
      ...(change.claim ? { externalId: account.key } : {}),
    };
    // The user first: that shuts out whoever is not to be let in.
    const unwritten = await refusal(() => this.#write(observed, wanted, call));
    await despite(unwritten, async () => {
      // Nor does it wait for an attribute that is not taken.
      if (unwritten !== null && change.active !== undefined)
        await this.#write(observed, { attributes: {}, active: this.#saidOf(change.active) }, call);
      const untaken = await refusal(() =>
        this.#groups.remove({ userId, memberships: change.revoke }, call),
      );
      await despite(untaken, () => this.#groups.add({ userId, memberships: change.grant }, call));
    });
  }

  async #write(observed: Observed, wanted: Wanted, call: Call): Promise<void> {
    const { remoteId } = observed;
    const whole = this.#whole.get(observed) ?? (await this.#user(remoteId, call));
    if (whole === null) throw this.#gone(null);
    const operations = operationsFor(whole, wanted);
    if (operations.length === 0) return;
    const path = pathOf(remoteId);
    const how = await this.#howToUpdate(this.#deviations.updates, call);
    try {
      await this.#api.send(
        how === 'patch'
          ? { method: 'PATCH', path, body: { schemas: [patchSchema], Operations: operations } }
          : {
              ...{ method: 'PUT', path, body: written(applied(whole, wanted)) },
              ifMatch: versionOf(whole),
            },
        call,
      );
    } catch (error) {
      throw isMissing(error) ? this.#gone(error) : error;
    }
  }

  #gone(cause: unknown): DestinationError {
    return new DestinationError('transient', 'The user is gone; it is looked for again.', {
      cause,
      unknownOutcome: true,
    });
  }

  async leave(
    observed: Observed,
    granted: readonly string[],
    how: Leave,
    call: Call,
  ): Promise<Left> {
    if (how === 'delete' || how === 'erase') {
      await this.#delete(observed.remoteId, call);
      return how === 'delete'
        ? { how }
        : { how: 'delete', fallback: 'SCIM has no request to erase: the user was deleted' };
    }
    const wanted: Wanted =
      how === 'keep'
        ? { attributes: {}, externalId: null }
        : { attributes: {}, active: this.#saidOf(false) };
    const isDone = how === 'keep' ? observed.key == null : observed.active === false;
    if (isDone) await call.beforeWrite();
    else await this.#write(observed, wanted, call);
    const held = new Set(observed.memberships);
    const memberships = granted.filter((membership) => held.has(membership));
    await this.#groups.remove({ userId: observed.remoteId, memberships }, call);
    return { how };
  }

  async #delete(remoteId: string, call: Call): Promise<void> {
    try {
      await this.#api.send({ method: 'DELETE', path: pathOf(remoteId) }, call);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async catalogue(after: string | null, call: Call): Promise<CataloguePage> {
    const from = Number(after ?? '1');
    const query = { startIndex: String(from), count: '100', attributes: 'id,displayName' };
    const { resources, total, counted } = await listed(this.#api, '/Groups', query, call);
    const entries = resources.flatMap(({ id, displayName }) =>
      typeof id === 'string' && complaintAbout(membershipOf(id)) === null
        ? [{ membership: membershipOf(id), label: String(displayName ?? id), within: null }]
        : [],
    );
    const next = from + resources.length;
    // Where nobody counts, a page that is full has another behind it.
    const isLast = counted ? next > total : resources.length < 100;
    return { entries, next: resources.length === 0 || isLast ? null : String(next) };
  }
}

function lookedForBy(person: Person, by: readonly Match[]): SearchedFor {
  const email = by.includes('email') ? person.email.toLowerCase() : null;
  return {
    externalId: by.includes('key') && person.key !== '' ? person.key : null,
    email,
    userName: email === null ? null : (person.attributes?.userName ?? null),
  };
}

/** A user without its memberships. */
function bare(user: Resource): Omit<Observed, 'memberships'> {
  const { id, externalId } = user;
  return {
    remoteId: String(id),
    key: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    email: emailOf(user),
    active: isActive(user),
    attributes: attributesOf(user),
    erasing: false,
    version: null,
  };
}

/** A user of a list: what it does not show of its groups nobody is asked for. */
function asListed(
  user: Resource,
  shown: readonly string[] | null,
  rosters: ReadonlyMap<string, Roster> = new Map(),
): Observed {
  const { userName } = user;
  const names = [userName, ...emailsOf(user).map(({ value }) => value)];
  const aliases = names.flatMap((name) => (typeof name === 'string' ? [name.toLowerCase()] : []));
  const observed = { ...bare(user), aliases: [...new Set(aliases)] };
  if (shown !== null) return { ...observed, memberships: shown };
  const told = [...rosters.keys()];
  const memberships = told.filter((one) => rosters.get(one)?.has(observed.remoteId) === true);
  return { ...observed, memberships, told };
}

const pathOf = (remoteId: string): string => `/Users/${encodeURIComponent(remoteId)}`;

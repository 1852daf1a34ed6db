/**
 * Thinkific as a destination: a person is a user, a membership is an enrolment in a course
 * (`thinkific-enrolments.ts`). A user carries no key of ours and cannot be suspended: whoever leaves loses what was
 * granted, and can still sign in. Users are matched by e-mail address alone, and Thinkific has one for each.
 *
 * Whoever has a role there is staff, and is never changed; an affiliate is a student like others, but not deleted.
 */
import { z } from 'zod';
import type {
  Account,
  Call,
  CataloguePage,
  Change,
  Connector,
  ConnectorIo,
  Leave,
  Left,
  Match,
  Observed,
  Person,
  Settings,
  Target,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { despite, refusal, restated } from './despite.ts';
import {
  complaintAbout,
  coursesOf,
  mapping,
  membershipHelp,
  membershipOf,
  normalise,
  observe,
  type User,
  userForm,
} from './thinkific-account.ts';
import { type Api, api, bucket } from './thinkific-api.ts';
import {
  courseFault,
  enrol,
  goneAccount,
  rowsOf,
  takeBack,
  type Work,
} from './thinkific-enrolments.ts';
import { isMissing, refusalOf } from './thinkific-failures.ts';
import { fields, readSettings, type Use } from './thinkific-settings.ts';

/** Users of a Thinkific school and their enrolments. */
export const thinkific = {
  name: 'thinkific',
  title: 'Thinkific',
  fields,
  // Thinkific takes ten requests at once, and somebody else may ask as well.
  concurrency: 4,
  bucket: () => bucket,
  keyed: false,
  mapping,
  match: ['email'],
  accounts: 'members',
  dates: true,
  membershipHelp,
  checkMembership: complaintAbout,
  normalise,
  connect: (settings, io) => new ThinkificTarget(settings, io),
} satisfies Connector;

/** A connected school. A class because what it remembers of the school lives as long as it does. */
class ThinkificTarget implements Target {
  readonly #use: Use;
  readonly #io: ConnectorIo;
  /** Memberships that were tested; `null` until the school was. */
  #tested: ReadonlySet<string> | null = null;

  constructor(settings: Settings, io: ConnectorIo) {
    this.#use = readSettings(settings);
    this.#io = io;
  }

  async test(call: Call): Promise<void> {
    const tested = this.#tested ?? new Set();
    const untested = (call.memberships ?? []).filter((membership) => !tested.has(membership));
    if (this.#tested !== null && untested.length === 0) return;
    const api = this.#api(call);
    if (this.#tested === null) {
      const query = { limit: '1' };
      await api.send({ method: 'GET', path: '/courses', query }, z.unknown());
    }
    for (const courseId of coursesOf(untested)) {
      const fault = await courseFault(courseId, api);
      if (fault !== null)
        throw new DestinationError('misconfigured', fault, { code: 'permissions' });
    }
    this.#tested = new Set([...tested, ...untested]);
  }

  accountUrl(remoteId: string): string {
    const { subdomain } = this.#use.credentials;
    return `https://${subdomain}.thinkific.com/manage/users/${encodeURIComponent(remoteId)}`;
  }

  async read(remoteId: string, call: Call): Promise<Observed | null> {
    if (!/^[1-9]\d*$/.test(remoteId)) return null;
    const api = this.#api(call);
    const user = await orGone(() =>
      api.send({ method: 'GET', path: `/users/${remoteId}` }, userForm),
    );
    return user === null ? null : this.#observe(user, api, call);
  }

  async #observe(user: User, api: Api, call: Call): Promise<Observed> {
    const asked = call.memberships ?? [];
    const rows = asked.length === 0 ? [] : await rowsOf(user.id, api);
    return observe(user, rows, { asked, now: this.#io.now() });
  }

  async find({ email }: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]> {
    if (!by.includes('email')) return [];
    const api = this.#api(call);
    const wanted = email.toLowerCase();
    const users = await api.all({ path: '/users', query: { 'query[email]': wanted } }, userForm);
    const found: Observed[] = [];
    for (const user of users)
      if (user.email?.toLowerCase() === wanted) found.push(await this.#observe(user, api, call));
    return found;
  }

  async create(account: Account, call: Call): Promise<string> {
    const { id: userId } = await this.#make(account, call);
    try {
      const ungiven = await enrol(
        { userId, memberships: account.memberships, rows: [], ...this.#with(call) },
        account,
      );
      if (ungiven !== null) throw ungiven;
    } catch (error) {
      throw error instanceof DestinationError ? restated(error, { made: userId }) : error;
    }
    return userId;
  }

  async #make(account: Account, call: Call): Promise<User> {
    const { email, attributes } = account;
    const spare = email.slice(0, email.lastIndexOf('@'));
    const body = {
      first_name: attributes.first_name ?? spare,
      last_name: attributes.last_name ?? spare,
      email,
      send_welcome_email: this.#use.welcomes,
      skip_custom_fields_validation: true,
    };
    try {
      return await this.#api(call).send({ method: 'POST', path: '/users', body }, userForm);
    } catch (error) {
      const isTaken = faultsOf(error).some((fault) => /^email .*taken/i.test(fault));
      if (!isTaken || (await this.find(account, ['email'], call)).length === 0) throw error;
      throw new DestinationError(
        'transient',
        `Another account got the address ${email} in the meantime; it is looked at.`,
        { cause: error, unknownOutcome: true },
      );
    }
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    const { grant, revoke, attributes, email } = change;
    const user = { ...attributes, ...(email === undefined ? {} : { email }) };
    const moves = grant.length + revoke.length > 0;
    if (!moves && Object.keys(user).length === 0) return;
    refuseStaff(observed);
    const { remoteId: userId } = observed;
    const rows = moves ? await rowsOf(userId, this.#api(call)) : [];
    const work = { userId, rows, ...this.#with(call) };
    const unwritten = await refusal(() => this.#write(userId, user, call));
    await despite(unwritten, async () => {
      const untaken = await takeBack({ ...work, memberships: revoke }, account, call);
      await despite(untaken, async () => {
        const ungiven = await enrol({ ...work, memberships: grant }, account);
        if (ungiven !== null) throw ungiven;
      });
    });
  }

  async #write(userId: string, user: object, call: Call): Promise<void> {
    if (Object.keys(user).length === 0) return;
    await this.#api(call)
      .send({ method: 'PUT', path: `/users/${userId}`, body: user }, z.unknown())
      .catch((error: unknown) => {
        throw isMissing(error) ? goneAccount(error) : error;
      });
  }

  async leave(
    observed: Observed,
    granted: readonly string[],
    how: Leave,
    call: Call,
  ): Promise<Left> {
    refuseStaff(observed);
    const { remoteId: userId } = observed;
    if (how === 'delete' || how === 'erase') {
      if (rolesOf(observed).length > 0)
        throw untouchable('an affiliate, whom Rollcall does not delete');
      const path = `/users/${userId}`;
      await orGone(() => this.#api(call).send({ method: 'DELETE', path }, z.unknown()));
      return how === 'delete'
        ? { how }
        : {
            how: 'delete',
            fallback: 'Thinkific takes no requests to erase: the user was deleted, for good',
          };
    }
    // Whoever may no longer write does not say that somebody has left, either.
    await call.beforeWrite();
    const memberships = granted.filter((name) => observed.memberships.includes(name));
    const rows = memberships.length === 0 ? [] : await rowsOf(userId, this.#api(call));
    const untaken = await takeBack({ userId, memberships, rows, ...this.#with(call) }, {}, call);
    if (untaken !== null) throw untaken;
    return how === 'keep'
      ? { how }
      : {
          how,
          fallback:
            'Thinkific suspends nobody: what was granted has ended, and the user can still sign in',
        };
  }

  async catalogue(after: string | null, call: Call): Promise<CataloguePage> {
    const form = z.object({ id: z.number().transform(String), name: z.string().nullish() });
    const { items, next } = await this.#api(call).page({ path: '/courses' }, form, after);
    const entries = items.map(({ id, name }) => ({
      membership: membershipOf(id),
      label: name ?? id,
      within: null,
    }));
    return { entries, next };
  }

  #with(call: Call): Pick<Work, 'api' | 'now'> {
    return { api: this.#api(call), now: this.#io.now() };
  }

  #api(call: Call): Api {
    return api(this.#use.credentials, this.#io, call);
  }
}

const faultsOf = (error: unknown): readonly string[] => refusalOf(error)?.faults ?? [];

const rolesOf = ({ attributes }: Observed): readonly string[] => attributes.roles?.split(' ') ?? [];

/** Roles that are not known yet count as staff's. */
function refuseStaff(observed: Observed): void {
  const roles = rolesOf(observed).filter((role) => role !== 'affiliate');
  if (roles.length > 0)
    throw untouchable(`of staff (${roles.join(', ')}), whom Rollcall does not change`);
}

const untouchable = (whose: string): DestinationError =>
  new DestinationError('rejected', `The user in Thinkific is ${whose}.`);

/** What there is, or `null` where it is gone. */
async function orGone<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

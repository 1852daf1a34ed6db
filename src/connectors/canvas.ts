/**
 * Canvas as a destination: a person is a user, a membership is being a student of a course
 * (`canvas-enrolments.ts`). A login carries our key as its SIS ID, which Canvas keeps unique; but creating with one
 * that is there already is refused, so it is no upsert: whoever may be there is looked for first.
 *
 * Account admins, whoever teaches and the user Rollcall signs in as are never changed.
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
import {
  complaintAbout,
  coursesOf,
  type Enrolment,
  idForm,
  isOurKey,
  type Login,
  loginForm,
  mapping,
  membershipHelp,
  membershipOf,
  normalise,
  observe,
  sisIdOf,
  type User,
  userForm,
} from './canvas-account.ts';
import { type Api, api, isMissing, refusalOf, type Site } from './canvas-api.ts';
import {
  courseFault,
  enrol,
  goneAccount,
  heldOf,
  remaining,
  rowsOf,
  takeBack,
} from './canvas-enrolments.ts';
import { despite, refusal, restated } from './despite.ts';

/** Users of a Canvas account and their enrolments. */
export const canvas = {
  name: 'canvas',
  title: 'Canvas',
  fields: [
    {
      name: 'site',
      label: 'Site address',
      help: 'As in a browser, for example https://school.instructure.com.',
      secret: false,
      required: true,
      address: true,
    },
    {
      name: 'token',
      label: 'Access token',
      help: 'Of a user with an admin role of its own in the account.',
      secret: true,
      required: true,
    },
    {
      name: 'account',
      label: 'Account',
      help: 'Its number. Left empty, it is the one that has the site address.',
      secret: false,
      required: false,
    },
  ],
  // A dozen requests at once trip Canvas's throttle.
  concurrency: 2,
  keyed: false,
  mapping,
  match: ['key', 'email'],
  accounts: 'members',
  dates: true,
  membershipHelp,
  checkMembership: complaintAbout,
  normalise,
  connect: (settings, io) => new CanvasTarget(settings, io),
} satisfies Connector;

/** The settings as they are used. */
interface Use {
  readonly site: Site;
  readonly account: string;
}

function readSettings({ site, token, account }: Settings): Use {
  const url = URL.parse(site ?? '');
  const number = account?.trim() || 'self';
  const fault =
    url === null || !/^https?:$/.test(url.protocol)
      ? `${JSON.stringify(site ?? '')} is no web address: enter the site's, e.g. https://school.instructure.com.`
      : /^([1-9]\d*|self)$/.test(number)
        ? null
        : `${JSON.stringify(number)} is no account: enter its number, which is in the address of its page.`;
  if (url === null || fault !== null)
    throw new DestinationError('misconfigured', fault ?? '', { code: 'settings_unreadable' });
  return { site: { origin: url.origin, token: token?.trim() ?? '' }, account: number };
}

/** What the role of our user has to allow, by Canvas's names, each with what the page of permissions calls it. */
const permissions = {
  read_roster: 'Users - view list',
  manage_user_logins: 'Users - manage login details',
  manage_sis: 'SIS Data - manage',
  read_course_list: 'Courses - view list',
  manage_account_memberships: 'Admins - add / remove',
} as const;

/** A connected account. A class because what it remembers of the account lives as long as it does. */
class CanvasTarget implements Target {
  readonly #use: Use;
  readonly #io: ConnectorIo;
  /** Memberships that were tested; `null` until the account was. */
  #tested: ReadonlySet<string> | null = null;
  #ownId: string | null = null;

  constructor(settings: Settings, io: ConnectorIo) {
    this.#use = readSettings(settings);
    this.#io = io;
  }

  async test(call: Call): Promise<void> {
    const tested = this.#tested ?? new Set();
    const untested = (call.memberships ?? []).filter((membership) => !tested.has(membership));
    if (this.#tested !== null && untested.length === 0) return;
    const api = this.#api(call);
    await this.#own(api);
    if (this.#tested === null) await this.#checkPermissions(api);
    for (const courseId of coursesOf(untested)) {
      const fault = await courseFault(courseId, api);
      if (fault !== null)
        throw new DestinationError('misconfigured', fault, { code: 'permissions' });
    }
    this.#tested = new Set([...tested, ...untested]);
  }

  async #checkPermissions(api: Api): Promise<void> {
    const path = `${this.#account}/permissions`;
    const query = Object.keys(permissions).map((name) => ['permissions[]', name] as const);
    const allowed = await api
      .send({ method: 'GET', path, query }, z.record(z.string(), z.boolean()))
      .catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        throw new DestinationError(
          'misconfigured',
          `Canvas has no account ${this.#use.account}, or does not show it to the user of the access token.`,
          { cause: error, code: 'permissions' },
        );
      });
    const lacks = Object.entries(permissions).flatMap(([name, label]) =>
      allowed[name] === true ? [] : [`“${label}”`],
    );
    if (lacks.length > 0)
      throw new DestinationError(
        'misconfigured',
        `The role of Rollcall's user in Canvas lacks ${lacks.join(', ')}: allow it (Admin > Permissions > Account Roles).`,
        { code: 'permissions' },
      );
  }

  accountUrl(remoteId: string): string {
    return `${this.#use.site.origin}/users/${encodeURIComponent(remoteId)}`;
  }

  async read(remoteId: string, call: Call): Promise<Observed | null> {
    return /^[1-9]\d*$/.test(remoteId) ? this.#look(remoteId, call) : null;
  }

  /** The user by an id of Canvas's, or by `sis_user_id:…`. */
  async #look(id: string, call: Call): Promise<Observed | null> {
    const path = `/users/${encodeURIComponent(id)}`;
    const query = [['include[]', 'email']] as const;
    const api = this.#api(call);
    return orGone(async () =>
      this.#observe(await api.send({ method: 'GET', path, query }, userForm), api, call),
    );
  }

  async #observe(user: User, api: Api, call: Call): Promise<Observed | null> {
    const logins = await loginsOf(user.id, api);
    // Who was removed from the account may still be shown, without any login.
    if (logins.length === 0) return null;
    const asked = call.memberships ?? [];
    const rows = asked.length === 0 ? [] : await rowsOf(user.id, api);
    return observe(user, { logins, rows }, { asked, now: this.#io.now() });
  }

  async find(person: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]> {
    const found = new Map<string, Observed>();
    for (const match of by)
      for (const one of await this.#findBy(match, person, call)) found.set(one.remoteId, one);
    return [...found.values()];
  }

  async #findBy(match: Match, { key, email }: Person, call: Call): Promise<readonly Observed[]> {
    switch (match) {
      case 'key': {
        const one = key === '' ? null : await this.#look(`sis_user_id:${key}`, call);
        return one === null ? [] : [one];
      }
      case 'phone':
        return [];
      case 'email': {
        const found: Observed[] = [];
        for (const user of await this.#usersWith(email.toLowerCase(), call)) {
          const one = await orGone(() => this.#observe(user, this.#api(call), call));
          if (one !== null) found.push(one);
        }
        return found;
      }
    }
  }

  /** Canvas looks for a part, in names and logins as well. */
  async #usersWith(email: string, call: Call): Promise<readonly User[]> {
    const path = `${this.#account}/users`;
    const query = [
      ['search_term', email],
      ['include[]', 'email'],
      ['per_page', '100'],
    ] as const;
    const users = await this.#api(call).all({ method: 'GET', path, query }, userForm);
    return users.filter((user) => user.email?.toLowerCase() === email);
  }

  async create(account: Account, call: Call): Promise<string> {
    const api = this.#api(call);
    const made = await this.#make(account, call);
    const userId = made.id;
    try {
      if (!account.active) await this.#write(userId, { event: 'suspend' }, api);
      // Whoever was deleted and is back may have rows from before.
      const rows = account.memberships.length === 0 ? [] : await rowsOf(userId, api);
      const work = { userId, memberships: account.memberships, rows, api };
      const ungiven = await enrol(work, account);
      if (ungiven !== null) throw ungiven;
    } catch (error) {
      throw error instanceof DestinationError ? restated(error, { made: userId }) : error;
    }
    return userId;
  }

  async #make(account: Account, call: Call): Promise<User> {
    const { email, key, attributes } = account;
    const body = {
      user: {
        name: attributes.name ?? email.slice(0, email.lastIndexOf('@')),
        ...(attributes.sortable_name == null ? {} : { sortable_name: attributes.sortable_name }),
        skip_registration: true,
        terms_of_use: true,
      },
      pseudonym: { unique_id: email, sis_user_id: key, send_confirmation: false },
      communication_channel: { type: 'email', address: email, skip_confirmation: true },
      // Whoever was deleted keeps the SIS ID, and would be in the way of a return.
      enable_sis_reactivation: true,
    };
    try {
      const path = `${this.#account}/users`;
      return await this.#api(call).send({ method: 'POST', path, body }, userForm);
    } catch (error) {
      throw await this.#unmade(error, account, call);
    }
  }

  async #unmade(error: unknown, { email, key }: Account, call: Call): Promise<unknown> {
    const faults = refusalOf(error)?.faults ?? [];
    if (!faults.some((fault) => fault.endsWith(' taken'))) return error;
    const meanwhile = await this.find({ email, key }, ['key', 'email'], call);
    if (meanwhile.length > 0)
      return new DestinationError(
        'transient',
        `Another account got the address ${email} in the meantime; it is looked at.`,
        { cause: error, unknownOutcome: true },
      );
    return new DestinationError(
      'rejected',
      `Another user in Canvas, with another e-mail address, signs in as ${email}: give that user this address, or another login.`,
      { cause: error },
    );
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    const user = {
      ...change.attributes,
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.active === undefined ? {} : { event: change.active ? 'unsuspend' : 'suspend' }),
    };
    const isIdle = Object.keys(user).length + change.grant.length + change.revoke.length === 0;
    if (isIdle && !change.claim) return;
    const { remoteId: userId } = observed;
    const api = this.#api(call);
    const rows = await this.#rowsUnlessProtected(observed, api);
    if (change.claim) await this.#claim(observed, account.key, api);
    // The user first: that shuts out whoever is not to be let in.
    const unwritten = await refusal(() => this.#write(userId, user, api));
    await despite(unwritten, async () => {
      const back = { userId, memberships: change.revoke, rows, api };
      const untaken = await takeBack(back, account);
      if (account.active) for (const sentence of remaining(back)) call.remark?.(sentence);
      await despite(untaken, async () => {
        const ungiven = await enrol({ ...back, memberships: change.grant }, account);
        if (ungiven !== null) throw ungiven;
      });
    });
  }

  async #claim({ remoteId, key }: Observed, ours: string, api: Api): Promise<void> {
    if (key != null && !isOurKey(key))
      throw new DestinationError(
        'rejected',
        `The user has the SIS ID “${key}” from the school, where Rollcall keeps its own: empty it in Canvas, or leave the person to the school.`,
      );
    const logins = await loginsOf(remoteId, api);
    const login = logins.find((one) => sisIdOf([one]) === key) ?? logins[0];
    if (login === undefined) throw goneAccount(null);
    await writeSisId(login, ours, api);
  }

  async #write(userId: string, user: object, api: Api): Promise<void> {
    if (Object.keys(user).length === 0) return;
    await api
      .send({ method: 'PUT', path: `/users/${userId}`, body: { user } }, z.unknown())
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
    const { remoteId: userId } = observed;
    const api = this.#api(call);
    const isToGo = how === 'delete' || how === 'erase';
    const rows = await orGone(() => this.#rowsUnlessProtected(observed, api));
    if (rows === null && !isToGo) throw goneAccount(null);
    if (isToGo) {
      if (rows !== null) await this.#delete(userId, api);
      return how === 'delete'
        ? { how }
        : {
            how: 'delete',
            fallback:
              'Canvas takes no requests to erase: the user was deleted from the account, and keeps what Canvas keeps of such',
          };
    }
    if (how === 'keep') await this.#release(observed, api);
    else if (observed.active !== false) await this.#write(userId, { event: 'suspend' }, api);
    const back = { userId, memberships: heldOf(granted, observed), rows: rows ?? [], api };
    const untaken = await takeBack(back, {});
    if (how === 'keep') for (const sentence of remaining(back)) call.remark?.(sentence);
    if (untaken !== null) throw untaken;
    return { how };
  }

  async #delete(userId: string, api: Api): Promise<void> {
    const path = `${this.#account}/users/${userId}`;
    await orGone(() => api.send({ method: 'DELETE', path }, z.unknown()));
  }

  /** Lets go of the key; an SIS ID of the school's stays. */
  async #release({ remoteId, key }: Observed, api: Api): Promise<void> {
    if (key != null && !isOurKey(key)) return;
    const logins = await loginsOf(remoteId, api);
    const login = logins.find((one) => sisIdOf([one]) === key);
    if (login !== undefined) await writeSisId(login, '', api);
  }

  async catalogue(after: string | null, call: Call): Promise<CataloguePage> {
    const path = `${this.#account}/courses`;
    const query = [['per_page', '100']] as const;
    const { items, next } = await this.#api(call).page(
      after ?? { method: 'GET', path, query },
      z.object({ id: idForm, name: z.string().nullish(), course_code: z.string().nullish() }),
    );
    const entries = items.map(({ id, name, course_code: code }) => ({
      membership: membershipOf(id),
      label: `${name ?? id}${code == null || code === name ? '' : ` (${code})`}`,
      within: null,
    }));
    return { entries, next };
  }

  /** The rows of a user that may be changed. */
  async #rowsUnlessProtected({ remoteId }: Observed, api: Api): Promise<readonly Enrolment[]> {
    if (remoteId === (await this.#own(api)))
      throw untouchable('the one with which Rollcall signs in to Canvas');
    const path = `${this.#account}/admins`;
    const query = [['user_id[]', remoteId]] as const;
    const admins = await api.all(
      { method: 'GET', path, query },
      z.object({ user: z.object({ id: idForm }) }),
    );
    if (admins.some(({ user }) => user.id === remoteId))
      throw untouchable('an admin of the account');
    const rows = await rowsOf(remoteId, api).catch((error: unknown) => {
      throw isMissing(error) ? goneAccount(error) : error;
    });
    if (
      rows.some(({ type, enrollment_state: state }) => state === 'active' && staff.includes(type))
    )
      throw untouchable('that of somebody who teaches');
    return rows;
  }

  async #own(api: Api): Promise<string> {
    const path = '/users/self';
    this.#ownId ??= (await api.send({ method: 'GET', path }, z.object({ id: idForm }))).id;
    return this.#ownId;
  }

  get #account(): string {
    return `/accounts/${this.#use.account}`;
  }

  #api(call: Call): Api {
    return api(this.#use.site, this.#io, call);
  }
}

const staff: readonly string[] = ['TeacherEnrollment', 'TaEnrollment', 'DesignerEnrollment'];

const untouchable = (whose: string): DestinationError =>
  new DestinationError(
    'rejected',
    `The account in Canvas is ${whose}, which Rollcall does not change.`,
  );

function loginsOf(userId: string, api: Api): Promise<readonly Login[]> {
  const path = `/users/${userId}/logins`;
  return api.all({ method: 'GET', path, query: [['per_page', '100']] }, loginForm);
}

async function writeSisId(login: Login, sisId: string, api: Api): Promise<void> {
  const path = `/accounts/${login.account_id}/logins/${login.id}`;
  const body = { login: { sis_user_id: sisId } };
  await api.send({ method: 'PUT', path, body }, z.unknown()).catch((error: unknown) => {
    throw isMissing(error) ? goneAccount(error) : error;
  });
}

/** What there is, or `null` where it is gone. */
async function orGone<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error) || (error instanceof DestinationError && isMissing(error.cause)))
      return null;
    throw error;
  }
}

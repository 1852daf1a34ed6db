/**
 * Moodle as a destination: a person is a user, a membership is being enrolled in a course by the manual
 * method (`moodle-enrolments.ts`). Users carry our key in their ID number, which Moodle does not keep unique,
 * so creating is no upsert: whoever may be there already is looked for first.
 *
 * Administrators, the guest and the user Rollcall signs in with are never changed.
 */
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
import { despite, restated } from './despite.ts';
import { mapping, normalise, observe } from './moodle-account.ts';
import { checkSite, faultIn } from './moodle-check.ts';
import { type CourseMemory, courseMemory } from './moodle-courses.ts';
import { type Enrolling, remarkRemaining, seenOf } from './moodle-enrolled.ts';
import { enrol, takeBack } from './moodle-enrolments.ts';
import { anyNamesRole, complaintAbout, membershipHelp } from './moodle-places.ts';
import {
  changeUser,
  deleteUser,
  isFree,
  makeUser,
  type UserFields,
  untouchable,
  userNumbered,
  usersBy,
  writeUser,
} from './moodle-users.ts';
import { type MoodleUser, type Send, type Site, sender } from './moodle-web-service.ts';

/** Users of a Moodle site and their enrolments. */
export const moodle = {
  name: 'moodle',
  title: 'Moodle',
  fields: [
    {
      name: 'site',
      label: 'Site address',
      help: 'As in a browser, for example https://moodle.example.com.',
      secret: false,
      required: true,
      address: true,
    },
    {
      name: 'token',
      label: 'Web service token',
      help: 'Of a user with a role of its own, and not of an administrator.',
      secret: true,
      required: true,
    },
    {
      name: 'studentRole',
      label: 'Student role',
      help: 'Its number; 5 where nobody changed the roles.',
      secret: false,
      required: false,
    },
    {
      name: 'auth',
      label: 'How new accounts sign in',
      help: 'An authentication plugin, for example oauth2 or saml2. Left empty, Moodle makes a password and mails it.',
      secret: false,
      required: false,
    },
  ],
  concurrency: 4,
  keyed: false,
  mapping,
  match: ['key', 'email'],
  accounts: 'members',
  dates: true,
  membershipHelp,
  checkMembership: complaintAbout,
  normalise,
  connect: (settings, io) => new MoodleTarget(settings, io),
} satisfies Connector;

const usualStudentRole = 5;

/** The settings as they are used. */
interface Use {
  readonly site: Site;
  readonly studentRole: number;
  readonly auth: string;
}

function readSettings({ site, token, studentRole, auth }: Settings): Use {
  const url = URL.parse(site ?? '');
  const role = studentRole?.trim() || String(usualStudentRole);
  const fault =
    url === null || !/^https?:$/.test(url.protocol)
      ? `${JSON.stringify(site ?? '')} is no web address: enter the site's, e.g. https://moodle.example.com.`
      : /^[1-9]\d*$/.test(role)
        ? null
        : `${JSON.stringify(role)} is no role: enter the number of the student role, usually 5.`;
  if (url === null || fault !== null)
    throw new DestinationError('misconfigured', fault ?? '', { code: 'settings_unreadable' });
  return {
    site: { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), token: token?.trim() ?? '' },
    studentRole: Number(role),
    auth: auth?.trim() ?? '',
  };
}

/** A connected site. A class because what it remembers of the site lives as long as it does. */
class MoodleTarget implements Target {
  readonly #use: Use;
  readonly #io: ConnectorIo;
  readonly #courses: CourseMemory;
  /** Who is being created or given another address, by the address. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Memberships that were tested; `null` until the site was. */
  #tested: ReadonlySet<string> | null = null;
  #ownId: number | null = null;

  constructor(settings: Settings, io: ConnectorIo) {
    this.#use = readSettings(settings);
    this.#io = io;
    this.#courses = courseMemory(io.now);
  }

  async test(call: Call): Promise<void> {
    const tested = this.#tested ?? new Set();
    const untested = (call.memberships ?? []).filter((membership) => !tested.has(membership));
    if (this.#tested !== null && untested.length === 0) return;
    // To enrol nobody is a write for Moodle, and changes nothing there.
    const enrolling = this.#enrolling({ ...call, beforeWrite: async () => undefined });
    await checkSite(anyNamesRole(untested), enrolling.send);
    const fault = await faultIn(untested, enrolling);
    if (fault !== null) throw new DestinationError('misconfigured', fault, { code: 'permissions' });
    this.#tested = new Set([...tested, ...untested]);
  }

  accountUrl(remoteId: string): string {
    return `${this.#use.site.url}/user/profile.php?id=${encodeURIComponent(remoteId)}`;
  }

  async read(remoteId: string, call: Call): Promise<Observed | null> {
    const user = await userNumbered(remoteId, this.#sender(call));
    return user === null ? null : this.#observe(user, call);
  }

  async find(person: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]> {
    const found = new Map<number, MoodleUser>();
    for (const match of by)
      for (const user of await usersBy(match, person, this.#sender(call))) found.set(user.id, user);
    const observed: Observed[] = [];
    for (const user of found.values()) observed.push(await this.#observe(user, call));
    return observed;
  }

  async #observe(user: MoodleUser, call: Call): Promise<Observed> {
    return observe(user, await seenOf(user.id, call.memberships ?? [], this.#enrolling(call)));
  }

  async create(account: Account, call: Call): Promise<string> {
    const { auth } = this.#use;
    const { id, refused } = await this.#inTurn(account.email, () =>
      makeUser(account, auth, this.#sender(call)),
    );
    try {
      await despite(refused, async () => {
        const { memberships } = account;
        const giving = { memberships, account, to: 'a new account' } as const;
        const ungiven = await enrol(id, giving, this.#enrolling(call));
        if (ungiven !== null) throw ungiven;
      });
    } catch (error) {
      throw error instanceof DestinationError ? restated(error, { made: String(id) }) : error;
    }
    return String(id);
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    await this.#refuseProtected(observed, call);
    const id = Number(observed.remoteId);
    const enrolling = this.#enrolling(call);
    const back = { memberships: change.revoke, account };
    const giving = { memberships: change.grant, account, to: 'an account' } as const;
    const write = () => changeUser(observed, account, change, enrolling.send);
    // The user first: that tells an administrator, and shuts out whoever is not to be let in.
    const unwritten = await (change.email === undefined
      ? write()
      : this.#inTurn(account.email, write));
    await despite(unwritten, async () => {
      const untaken = await takeBack(id, back, enrolling);
      await despite(untaken, async () => {
        const ungiven = await enrol(id, giving, enrolling);
        if (account.active) await remarkRemaining(id, back, enrolling);
        if (ungiven !== null) throw ungiven;
      });
    });
  }

  async leave(
    observed: Observed,
    granted: readonly string[],
    how: Leave,
    call: Call,
  ): Promise<Left> {
    await this.#refuseProtected(observed, call);
    switch (how) {
      case 'keep':
        await this.#depart(observed, granted, isFree(observed) ? { idnumber: '' } : {}, call);
        return { how };
      case 'deactivate':
        await this.#depart(
          observed,
          granted,
          observed.active === false ? {} : { suspended: true },
          call,
        );
        return { how };
      case 'delete':
        await deleteUser(observed, this.#sender(call));
        return { how };
      case 'erase':
        await deleteUser(observed, this.#sender(call));
        return {
          how: 'delete',
          fallback:
            'Moodle takes no requests to erase: the account was deleted, and its profile with it',
        };
    }
  }

  /** Writes the user, then takes back what we granted and is still had. */
  async #depart(
    observed: Observed,
    granted: readonly string[],
    fields: UserFields,
    call: Call,
  ): Promise<void> {
    const id = Number(observed.remoteId);
    const enrolling = this.#enrolling(call);
    const memberships = granted.filter((name) => observed.memberships.includes(name));
    const back = { memberships, account: { memberships: [] } };
    await writeUser(id, fields, enrolling.send);
    const untaken = await takeBack(id, back, enrolling);
    const isShutOut = fields.suspended === true || observed.active === false;
    if (!isShutOut) await remarkRemaining(id, back, enrolling);
    if (untaken !== null) throw untaken;
  }

  catalogue(after: string | null, call: Call): Promise<CataloguePage> {
    return this.#courses.page(after, this.#sender(call));
  }

  async #refuseProtected({ remoteId, attributes }: Observed, call: Call): Promise<void> {
    this.#ownId ??= (await this.#sender(call)('core_webservice_get_site_info', {})).userid;
    if (remoteId === String(this.#ownId))
      throw untouchable('the one with which Rollcall signs in to Moodle');
    if (attributes.username === 'guest') throw untouchable('that of the site’s guests');
  }

  #sender(call: Call): Send {
    return sender(this.#use.site, this.#io, call);
  }

  #enrolling(call: Call): Enrolling {
    return {
      send: this.#sender(call),
      courses: this.#courses,
      studentRole: this.#use.studentRole,
      now: this.#io.now,
      remark: (sentence) => call.remark?.(sentence),
    };
  }

  /**
   * Moodle looks whether an address is free and then takes it, and in between lets another one take it, too
   * (more than half of a hundred pairs did): whoever is about to take the same address waits.
   */
  async #inTurn<Result>(email: string, work: () => Promise<Result>): Promise<Result> {
    const earlier = this.#turns.get(email);
    const turn = earlier === undefined ? work() : earlier.then(work, work);
    this.#turns.set(email, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(email) === turn) this.#turns.delete(email);
    }
  }
}

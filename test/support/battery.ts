/**
 * The contract of a connector as a test suite: `battery(name, factory)` is the whole of what the
 * engine relies on. It runs against a server that keeps state and is reached over HTTP.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type {
  Account,
  Call,
  Change,
  Connector,
  Leave,
  Observed,
  Target,
} from '../../src/provisioning/connector.ts';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { difference, isEmpty } from '../../src/provisioning/plan.ts';

/** A failure the server can be told to have at its next request, or at its next write. */
export type Fault =
  | 'fails'
  | 'asks to wait'
  | 'does not answer'
  | 'is cut before it acts'
  | 'is cut after it acted';

/** A membership as the server keeps it. */
export interface Standing {
  readonly suspended: boolean;
  /** As in `Term.until`. */
  readonly until: string | null;
  /** What it is known by there: another one has lost what the person did in the first. */
  readonly id: string;
}

/** A server with a connector to it. */
export interface Subject extends AsyncDisposable {
  readonly connector: Connector;
  readonly target: Target;
  /** The same server with credentials it does not take. */
  readonly locked: Target;
  /** A value for every attribute the connector maps, in the destination's own form. */
  readonly attributes: Account['attributes'];
  /** Other values for some of them. */
  readonly changed: Account['attributes'];
  /** Memberships that may be granted. */
  readonly memberships: readonly [string, string];
  /** What can be no membership. */
  readonly malformed: readonly string[];
  /** Makes an account with data of its own, as somebody else would. */
  existing(email: string): Promise<string>;
  /** Gives an account a membership, as somebody else would. */
  give(remoteId: string, membership: string): Promise<void>;
  /** What somebody else wrote there, of which a connector changes nothing. */
  others(remoteId: string): Promise<unknown>;
  /** Deletes an account behind the connector's back. */
  vanish(remoteId: string): Promise<void>;
  /** Where memberships have dates: how one stands at the server; `null` where there is none. */
  standing?(remoteId: string, membership: string): Promise<Standing | null>;
  /** A membership that is to be removed is only over: the server keeps it, and what was done there. */
  readonly removalEnds?: true;
  /** How many writes the server was asked for. */
  writes(): Promise<number>;
  fault(kind: Fault, at: 'read' | 'create'): Promise<void>;
}

/** A call about these memberships. */
const about = (...memberships: readonly string[]): Call => ({
  urgent: false,
  signal: new AbortController().signal,
  beforeWrite: async () => undefined,
  memberships,
});

const call = about();

const nothing: Change = {
  claim: false,
  cancelErasure: false,
  attributes: {},
  grant: [],
  revoke: [],
};

/** Runs the suite against a fresh subject for every test. */
export function battery(name: string, factory: () => Promise<Subject>): void {
  suite(`${name} keeps the contract of a connector`, { concurrency: 4 }, () => {
    const check = (says: string, body: (subject: Subject) => Promise<void>) =>
      test(says, async () => {
        await using subject = await factory();
        await subject.target.test(about(...subject.memberships));
        await body(subject);
      });
    finding(check);
    listing(check);
    writing(check);
    dating(check);
    leaving(check);
    naming(check);
    failing(check);
  });
}

type Check = (says: string, body: (subject: Subject) => Promise<void>) => void;

const keys = [
  '0198b0a0-0000-4000-8000-000000000001',
  '0198b0a0-0000-4000-8000-000000000002',
] as const;

/** An account in the destination's own form, as the engine hands it on. */
function accountOf(
  { connector, attributes, memberships }: Subject,
  more: Partial<Account> = {},
): Account {
  return connector.normalise({
    key: keys[0],
    email: 'ada@example.com',
    active: true,
    attributes,
    memberships: [memberships[0]],
    ...more,
  }).account;
}

async function observed({ target, memberships }: Subject, remoteId: string): Promise<Observed> {
  const account = await target.read(remoteId, about(...memberships));
  assert.ok(account, 'the account is gone');
  return account;
}

/** Brings an account to agree, as the engine does. */
async function bring(
  subject: Subject,
  remoteId: string,
  account: Account,
  granted: readonly string[] = [],
  by: Call = call,
): Promise<void> {
  const before = await observed(subject, remoteId);
  await subject.target.update(before, account, difference(account, before, granted), by);
}

async function assertAgrees(subject: Subject, remoteId: string, account: Account): Promise<void> {
  const change = difference(account, await observed(subject, remoteId), []);
  assert.ok(isEmpty(change), `still to be written: ${JSON.stringify(change)}`);
}

function finding(check: Check): void {
  check('nobody is found where nobody is', async ({ target }) => {
    const person = { key: keys[0], email: 'ada@example.com' };
    assert.deepEqual(await target.find(person, ['key', 'email'], call), []);
  });

  check('an account is found by its address, whatever the case of the letters', async (subject) => {
    const remoteId = await subject.existing('ada@example.com');
    const person = { key: keys[0], email: 'ADA@example.com' };
    const [found] = await subject.target.find(person, ['email'], call);
    assert.equal(found?.remoteId, remoteId);
    assert.deepEqual(
      await subject.target.find({ ...person, email: 'a@example.com' }, ['email'], call),
      [],
    );
  });

  check('an account is found by our key once it carries it, and only once', async (subject) => {
    const { target, connector } = subject;
    if (!connector.match.includes('key')) return;
    const account = accountOf(subject);
    const remoteId = await target.create(account, call);
    const found = await target.find(account, ['key', 'email'], call);
    assert.deepEqual(
      found.map((one) => [one.remoteId, one.key]),
      [[remoteId, account.key]],
    );
  });
}

/** What holds where all accounts, or several of them, can be read in few requests. */
function listing(check: Check): void {
  check('what is listed or read with others is what a look finds', async (subject) => {
    const { target, connector } = subject;
    assert.equal(target.list !== undefined, connector.lists === true);
    const remoteId = await subject.existing('ada@example.com');
    const bare = (account: Observed | null | undefined) => {
      if (account == null) return null;
      const { memberships: _memberships, told: _told, aliases: _aliases, ...others } = account;
      return others;
    };
    const alone = bare(await target.read(remoteId, call));
    if (target.readMany !== undefined) {
      const several = await target.readMany([remoteId], call);
      assert.deepEqual([...several.keys()], [remoteId]);
      assert.deepEqual(bare(several.get(remoteId)), alone);
    }
    const there = { key: keys[0], email: 'ada@example.com' };
    const stranger = { key: keys[1], email: 'nobody@example.com' };
    const absent = await target.absent?.([there, stranger], ['key', 'email'], call);
    if (absent !== undefined) assert.deepEqual([...absent], [stranger]);
    const found: Observed[] = [];
    for await (const page of target.list?.(null, call, 'by pages') ?? [])
      found.push(...page.accounts);
    if (target.list === undefined) return;
    assert.deepEqual(bare(found.find((account) => account.remoteId === remoteId)), alone);
  });
}

function writing(check: Check): void {
  check('what was created is there at once, as it was wanted', async (subject) => {
    const account = accountOf(subject);
    await assertAgrees(subject, await subject.target.create(account, call), account);
  });

  check(
    'creating again by the same key gives the same account, as it is wanted then',
    async (subject) => {
      const { target, connector } = subject;
      if (!connector.keyed) return;
      const remoteId = await target.create(accountOf(subject), call);
      const again = accountOf(subject, { email: 'ada.king@example.com' });
      assert.equal(await target.create(again, call), remoteId);
      await assertAgrees(subject, remoteId, again);
    },
  );

  check('two people get two accounts', async (subject) => {
    const first = await subject.target.create(accountOf(subject, { attributes: {} }), call);
    const other = accountOf(subject, { key: keys[1], email: 'grace@example.com', attributes: {} });
    assert.notEqual(await subject.target.create(other, call), first);
  });

  check('an update writes the difference', async (subject) => {
    const remoteId = await subject.target.create(accountOf(subject), call);
    const attributes = { ...subject.attributes, ...subject.changed };
    const account = accountOf(subject, { email: 'ada.king@example.com', attributes });
    await bring(subject, remoteId, account);
    await assertAgrees(subject, remoteId, account);
  });

  check('an update empties what is to be empty', async (subject) => {
    const remoteId = await subject.target.create(accountOf(subject), call);
    const names = Object.keys(subject.attributes).filter((name) => name !== 'locale');
    const account = accountOf(subject, {
      attributes: Object.fromEntries(names.map((name) => [name, null])),
    });
    await bring(subject, remoteId, account);
    await assertAgrees(subject, remoteId, account);
  });

  check('adopting an account claims it and leaves what others wrote', async (subject) => {
    const remoteId = await subject.existing('ada@example.com');
    const others = await subject.others(remoteId);
    const account = accountOf(subject, { attributes: subject.changed });
    await bring(subject, remoteId, account);
    const { key } = await observed(subject, remoteId);
    assert.ok(key === account.key || key === undefined, 'where there are keys, it is ours');
    await assertAgrees(subject, remoteId, account);
    assert.deepEqual(await subject.others(remoteId), others);
  });

  check('what a write says of the version, a look finds', async (subject) => {
    let version: string | null = null;
    const told: Call = {
      ...call,
      wrote: (now) => {
        version = now;
      },
    };
    const account = accountOf(subject);
    const remoteId = await subject.target.create(account, told);
    const made = await observed(subject, remoteId);
    assert.ok(version === null || version === made.version);
    const changed = accountOf(subject, {
      attributes: { ...account.attributes, ...subject.changed },
    });
    await subject.target.update(made, changed, difference(changed, made, []), told);
    assert.ok(version === null || version === (await observed(subject, remoteId)).version);
  });

  check('no difference is no write', async (subject) => {
    const account = accountOf(subject);
    const remoteId = await subject.target.create(account, call);
    const before = await subject.writes();
    await subject.target.update(await observed(subject, remoteId), account, nothing, call);
    assert.equal(await subject.writes(), before);
  });

  check('an account is deactivated and activated again', async (subject) => {
    const remoteId = await subject.existing('ada@example.com');
    const others = await subject.others(remoteId);
    for (const active of [false, true]) {
      const account = accountOf(subject, { active, attributes: {} });
      await bring(subject, remoteId, account);
      await assertAgrees(subject, remoteId, account);
    }
    assert.deepEqual(await subject.others(remoteId), others);
  });

  check('memberships are granted and revoked one by one', async (subject) => {
    const [first, second] = subject.memberships;
    const remoteId = await subject.existing('ada@example.com');
    const others = await subject.others(remoteId);
    await bring(
      subject,
      remoteId,
      accountOf(subject, { attributes: {}, memberships: [first, second] }),
    );
    const account = accountOf(subject, { attributes: {}, memberships: [second] });
    const both = accountOf(subject, { memberships: [first, second] }).memberships;
    await bring(subject, remoteId, account, both);
    const { memberships } = await observed(subject, remoteId);
    assert.ok(memberships.includes(second) && !memberships.includes(first), memberships.join(', '));
    assert.deepEqual(await subject.others(remoteId), others);
  });
}

/** Moments around now, as whole seconds. */
const day = (from: number): string =>
  `${new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 19)}Z`;

/** What holds of memberships that have dates and ends; of a connector that has none, nothing. */
function dating(check: Check): void {
  const dated = (
    says: string,
    body: (subject: Subject, standing: NonNullable<Subject['standing']>) => Promise<void>,
  ) =>
    check(says, async (subject) => {
      const { standing, connector } = subject;
      assert.equal(standing !== undefined, connector.dates === true);
      if (standing !== undefined) await body(subject, standing);
    });
  /** Somebody with the first membership until a day from now. */
  const until = (subject: Subject, end: number | null, more: Partial<Account> = {}): Account =>
    accountOf(subject, {
      terms: {
        [subject.memberships[0]]: { from: day(-1), until: end === null ? null : day(end) },
      },
      ...more,
    });
  const without = (subject: Subject, ending?: 'suspend' | 'remove'): Account =>
    accountOf(subject, {
      memberships: [],
      ...(ending === undefined ? {} : { ended: { [subject.memberships[0]]: ending } }),
    });

  dated('a membership ends when it should, and is given another end', async (subject, standing) => {
    const [membership] = subject.memberships;
    const account = until(subject, 30);
    const remoteId = await subject.target.create(account, call);
    assert.equal((await standing(remoteId, membership))?.until, account.terms?.[membership]?.until);
    for (const end of [60, null, 10]) {
      const later = until(subject, end);
      const change = { ...nothing, grant: [membership] };
      await subject.target.update(await observed(subject, remoteId), later, change, call);
      const stands = await standing(remoteId, membership);
      assert.equal(stands?.until, later.terms?.[membership]?.until);
      assert.equal(stands?.suspended, false);
      assert.ok((await observed(subject, remoteId)).memberships.includes(membership));
    }
  });

  dated('a membership that has just begun is had', async (subject) => {
    const [membership] = subject.memberships;
    const terms = { [membership]: { from: day(0), until: null } };
    const remoteId = await subject.target.create(accountOf(subject, { terms }), call);
    assert.ok((await observed(subject, remoteId)).memberships.includes(membership));
  });

  dated('a membership that is over is not had', async (subject, standing) => {
    const [membership] = subject.memberships;
    const remoteId = await subject.target.create(until(subject, -0.5), call);
    assert.ok(await standing(remoteId, membership));
    assert.deepEqual((await observed(subject, remoteId)).memberships, []);
  });

  for (const ending of [undefined, 'suspend'] as const)
    dated(
      `a membership that ends by ${ending ?? 'itself'} is kept for a return`,
      async (subject, standing) => {
        const [membership] = subject.memberships;
        const account = until(subject, 30);
        const remoteId = await subject.target.create(account, call);
        const before = await standing(remoteId, membership);
        await bring(subject, remoteId, without(subject, ending), [membership]);
        assert.equal((await standing(remoteId, membership))?.suspended, true);
        assert.deepEqual((await observed(subject, remoteId)).memberships, []);
        await bring(subject, remoteId, account);
        assert.deepEqual(await standing(remoteId, membership), before);
      },
    );

  dated(
    'a membership that is to be removed is gone, or over with a word of it',
    async (subject, standing) => {
      const [membership] = subject.memberships;
      const remoteId = await subject.target.create(until(subject, 30), call);
      const remarks: string[] = [];
      const remark = (sentence: string) => remarks.push(sentence);
      await bring(subject, remoteId, without(subject, 'remove'), [membership], { ...call, remark });
      assert.deepEqual((await observed(subject, remoteId)).memberships, []);
      const stands = await standing(remoteId, membership);
      assert.equal(stands?.suspended, subject.removalEnds);
      assert.equal(remarks.length, subject.removalEnds === true ? 1 : 0);
    },
  );
}

function leaving(check: Check): void {
  const ways: readonly Leave[] = ['keep', 'deactivate', 'delete', 'erase'];
  for (const asked of ways) {
    check(`leaving by ${asked} does what it says it did, also twice`, async (subject) => {
      const remoteId = await subject.existing('ada@example.com');
      const others = await subject.others(remoteId);
      const account = accountOf(subject, { attributes: {} });
      const before = await observed(subject, remoteId);
      // What it had already is not ours to take back.
      const granted = difference(account, before, []).grant;
      await bring(subject, remoteId, account);
      for (let times = 0; times < 2; times += 1) {
        const before = await observed(subject, remoteId).catch(() => null);
        if (before === null) break;
        const { how, fallback } = await subject.target.leave(before, granted, asked, call);
        assert.ok(how === asked || fallback !== undefined, 'what is milder has its reason');
        await assertLeft(subject, remoteId, how);
      }
      const after = await subject.target.read(remoteId, about(...subject.memberships));
      if (after === null) return;
      for (const membership of granted)
        assert.ok(!after.memberships.includes(membership), 'the membership went with it');
      assert.deepEqual(await subject.others(remoteId), others);
    });
  }

  check('a membership somebody else gave stays, also where it is wanted too', async (subject) => {
    const [membership] = subject.memberships;
    const remoteId = await subject.existing('ada@example.com');
    await subject.give(remoteId, membership);
    const account = accountOf(subject, { attributes: {} });
    const before = await observed(subject, remoteId);
    const { grant } = difference(account, before, []);
    assert.ok(!grant.includes(membership), 'it is held already');
    await bring(subject, remoteId, account);
    await subject.target.leave(await observed(subject, remoteId), grant, 'deactivate', call);
    assert.ok((await observed(subject, remoteId)).memberships.includes(membership));
  });

  check('deleting what is gone already is done', async (subject) => {
    const remoteId = await subject.target.create(accountOf(subject), call);
    const before = await observed(subject, remoteId);
    await subject.vanish(remoteId);
    assert.deepEqual(await subject.target.leave(before, [], 'delete', call), { how: 'delete' });
  });

  check('a return after any leave finds the account as it should be', async (subject) => {
    const { target } = subject;
    const account = accountOf(subject);
    for (const asked of ['deactivate', 'erase'] as const) {
      const remoteId = await target.create(account, call);
      const before = await observed(subject, remoteId);
      const { how } = await target.leave(before, account.memberships, asked, call);
      const back = how === 'delete' ? await target.create(account, call) : remoteId;
      await bring(subject, back, account);
      await assertAgrees(subject, back, account);
      await target.leave(await observed(subject, back), account.memberships, 'delete', call);
    }
  });
}

async function assertLeft(subject: Subject, remoteId: string, how: Leave): Promise<void> {
  const left = await subject.target.read(remoteId, call);
  if (how === 'delete') return assert.equal(left, null);
  assert.ok(left);
  if (how === 'keep') assert.equal(left.key ?? null, null);
  // Where accounts cannot be switched off, what was granted is gone, which is looked at for every leave.
  else assert.ok(left.active === false || left.active === undefined, String(left.active));
  if (how === 'erase') assert.equal(left.erasing, true);
}

/** The error an operation ends in. */
async function errorOf(operation: Promise<unknown>): Promise<DestinationError> {
  const error = await operation.then(
    () => assert.fail('it went well'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DestinationError, String(error));
  return error;
}

function naming(check: Check): void {
  check('its memberships are well formed, and what is not is told', async (subject) => {
    const { connector } = subject;
    for (const membership of subject.memberships)
      assert.equal(connector.checkMembership?.(membership) ?? null, null);
    for (const attempt of subject.malformed)
      assert.match(connector.checkMembership?.(attempt) ?? '', /^(must|is|has) /, attempt);
  });

  check('what can be picked is well formed, each once, page by page', async (subject) => {
    const { target, connector } = subject;
    if (target.catalogue === undefined) return;
    const picked: string[] = [];
    for (let after: string | null = null, pages = 0; ; pages += 1) {
      assert.ok(pages < 100, 'the pages do not end');
      const page = await target.catalogue(after, call);
      picked.push(...page.entries.map(({ membership }) => membership));
      if (page.next === null) break;
      after = page.next;
    }
    assert.equal(new Set(picked).size, picked.length);
    for (const membership of picked)
      assert.equal(connector.checkMembership?.(membership) ?? null, null);
  });
}

function failing(check: Check): void {
  check('credentials that are not taken are the owner’s to mend', async (subject) => {
    const { kind, code, message } = await errorOf(subject.locked.test(call));
    assert.deepEqual([kind, code], ['misconfigured', 'credentials']);
    assert.ok(message.length > 20, 'it says what to do');
    assert.equal((await errorOf(subject.locked.read('1', call))).kind, 'misconfigured');
  });

  check('somebody who is gone is nobody', async (subject) => {
    const remoteId = await subject.target.create(accountOf(subject), call);
    await subject.vanish(remoteId);
    assert.equal(await subject.target.read(remoteId, call), null);
  });

  check('writing to somebody who is gone asks for another look', async (subject) => {
    const account = accountOf(subject);
    const remoteId = await subject.target.create(account, call);
    const before = await observed(subject, remoteId);
    await subject.vanish(remoteId);
    const change = { ...nothing, attributes: subject.changed, active: false };
    const error = await errorOf(subject.target.update(before, account, change, call));
    assert.deepEqual([error.kind, error.unknownOutcome], ['transient', true]);
  });

  check('a server that fails is nobody’s fault', async (subject) => {
    await subject.fault('fails', 'read');
    const { kind, pauseMs } = await errorOf(
      subject.target.find({ key: '', email: 'a@example.com' }, ['email'], call),
    );
    assert.deepEqual([kind, pauseMs], ['transient', null]);
  });

  check('a server that asks to wait is waited for', async (subject) => {
    await subject.fault('asks to wait', 'read');
    const { kind, pauseMs } = await errorOf(
      subject.target.find({ key: '', email: 'a@example.com' }, ['email'], call),
    );
    assert.equal(kind, 'transient');
    assert.ok(pauseMs !== null && pauseMs > 0);
  });

  for (const fault of [
    'fails',
    'does not answer',
    'is cut before it acts',
    'is cut after it acted',
  ] as const) {
    check(
      `of a creation that ${fault} the outcome is unknown, and a look tells`,
      async (subject) => {
        const { target, connector } = subject;
        const account = accountOf(subject);
        await subject.fault(fault, 'create');
        const { kind, unknownOutcome } = await errorOf(target.create(account, call));
        assert.deepEqual([kind, unknownOutcome], ['transient', true]);
        const [made] = await target.find(account, connector.match, call);
        const remoteId = made?.remoteId ?? (await target.create(account, call));
        await bring(subject, remoteId, account);
        await assertAgrees(subject, remoteId, account);
        assert.equal((await target.find(account, ['email'], call)).length, 1);
      },
    );
  }

  check('whoever may no longer write writes nothing', async (subject) => {
    const remoteId = await subject.existing('ada@example.com');
    const before = await observed(subject, remoteId);
    const writes = await subject.writes();
    const lost = new Error('the lease has passed');
    const refused: Call = { ...call, beforeWrite: () => Promise.reject(lost) };
    const account = accountOf(subject);
    const isLost = (error: unknown) => error === lost;
    await assert.rejects(
      subject.target.create(accountOf(subject, { email: 'b@example.com' }), refused),
      isLost,
    );
    await assert.rejects(
      subject.target.update(before, account, difference(account, before, []), refused),
      isLost,
    );
    for (const how of ['keep', 'deactivate', 'delete', 'erase'] as const) {
      await assert.rejects(subject.target.leave(before, [], how, refused), isLost);
    }
    assert.equal(await subject.writes(), writes);
  });

  check('whoever may write is asked before each write', async (subject) => {
    let asked = 0;
    const counted: Call = {
      ...call,
      beforeWrite: async () => {
        asked += 1;
      },
    };
    const writes = await subject.writes();
    await subject.target.create(accountOf(subject), counted);
    assert.equal(asked, (await subject.writes()) - writes);
  });
}

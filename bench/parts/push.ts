/** Everybody pushed to another SCIM server, with the process killed in the middle, and looked at again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { insertSpread } from '../../src/store/spreads.ts';
import type { Part } from '../part.ts';
import { ask } from '../process/ask.ts';
import { residentBytes } from '../process/child.ts';
import { fillRoll } from '../process/fill.ts';
import { accountCount, dropLms, dueCount, setDestination, shopIds } from '../process/roll.ts';
import type { RollcallProcess } from '../process/rollcall.ts';
import { newRoom, openBeside, openWorld, type World } from '../process/world.ts';
import { type Table, whole } from '../report/table.ts';

const json = { 'content-type': 'application/json' };
const lookMs = 500;
const patienceMs = 3_600_000;

/** What one stretch took. */
interface Stretch {
  readonly seconds: number;
  /** Requests for users that the other server answered, by method. */
  readonly requests: Readonly<Record<string, number>>;
  readonly mostResident: number;
}

/** An initial push that is killed at two fifths and goes on, and a second look at everybody. */
export const push: Part = {
  name: 'push',
  about: 'everybody pushed to another SCIM server, kill -9 in the middle, then looked at again',
  long: true,
  async run({ backlog, say }) {
    await using far = await openWorld('unlimited');
    await setDestination(far.pool, far.ids, 'paused');
    await using room = await newRoom('unlimited');
    let starting = room.start();
    let near = await starting.ready;
    await using database = await openBeside(room.place).then((opened) => ({
      ...opened,
      [Symbol.asyncDispose]: () => opened.close(),
    }));
    const { pool } = database;
    await dropLms(pool);
    const own = await shopIds(pool);
    say(`putting ${whole(backlog)} people on the roll`);
    await fillRoll({ ...far, pool, ids: own, rollcall: near } satisfies World, backlog);
    const key = { ...own, destinationId: await connect(near, own.tenantId, far) };

    const stretch = async (until: () => Promise<boolean>): Promise<Stretch> => {
      const before = await usersAsked(far);
      const begunAt = performance.now();
      let mostResident = 0;
      while (!(await until())) {
        if (performance.now() - begunAt > patienceMs) throw new Error('not done after an hour');
        mostResident = Math.max(mostResident, residentBytes(near.pid));
        await sleep(lookMs);
      }
      const seconds = (performance.now() - begunAt) / 1_000;
      const after = await usersAsked(far);
      const requests = Object.fromEntries(
        Object.entries(after).map(([method, count]) => [method, count - (before[method] ?? 0)]),
      );
      return { seconds, requests, mostResident };
    };
    const settled = async () =>
      (await pool.query('select from spreads')).rowCount === 0 && (await dueCount(pool, key)) === 0;

    say('pushing');
    const asked = await usersAsked(far);
    const first = await stretch(async () => (await accountCount(pool, key)) >= 0.4 * backlog);
    await starting.end('SIGKILL');
    const there = await accountCount(pool, key);
    say(`killed with ${whole(there)} there`);
    starting = room.start();
    near = await starting.ready;
    const rest = await stretch(
      async () => (await settled()) && (await accountCount(pool, key)) === backlog,
    );
    const made = ((await usersAsked(far)).POST ?? 0) - (asked.POST ?? 0);
    say('looking at everybody again');
    await insertSpread(pool, key, { kind: 'everybody' });
    const again = await stretch(settled);

    const { rows } = await far.pool.query<{ users: number; names: number }>(
      `select count(*)::int as users, count(distinct user_name)::int as names from resources
       where tenant_id = $1 and type = 'User'`,
      [far.ids.tenantId],
    );
    const [{ users, names } = { users: 0, names: 0 }] = rows;
    const wrote = writesIn(again);
    return {
      notes: [
        `${whole(backlog)} people of one Rollcall are pushed to another by the connector scim; kill -9 with ${whole(there)} there. ${whole(made - backlog)} creations were asked for twice. Goals: everybody there once, 0 writes when all are looked at again, memory that does not grow with them.`,
      ],
      tables: [tableOf({ 'until the kill': first, 'the rest': rest, 'looked at again': again })],
      figures: { people: backlog, there, first, rest, again, users, made },
      faults: [
        ...(users === backlog && names === backlog
          ? []
          : [
              `${whole(users)} users of ${whole(names)} names are there instead of ${whole(backlog)}`,
            ]),
        ...(wrote === 0 ? [] : [`${whole(wrote)} writes for people who had not changed`]),
      ],
    };
  },
};

/** Adds the other Rollcall as an application, and lets it be written to. */
async function connect(near: RollcallProcess, tenantId: string, far: World): Promise<string> {
  const { origin, basePath, authorization } = far.rollcall.target;
  const destinations = `${near.target.origin}/api/tenants/${tenantId}/destinations`;
  const settings = {
    baseUrl: `${origin}${basePath}`,
    token: authorization.replace(/^Bearer /, ''),
    requestsPerSecond: '1000',
  };
  const added = await ask(
    destinations,
    'POST',
    { connector: 'scim', name: 'The other', settings },
    json,
  );
  if (added.status !== 201) throw new Error(JSON.stringify(added.body));
  await ask(`${destinations}/${added.body.id}/activate`, 'POST', {}, json);
  return added.body.id;
}

const counted =
  /^rollcall_http_requests_total\{route="scim_users",method="(\w+)",status="\d+"\} (\d+)$/gm;

/** How often a server was asked for users until now, by method. */
async function usersAsked({ rollcall }: World): Promise<Readonly<Record<string, number>>> {
  const { body } = await ask(`${rollcall.target.origin}/metrics`, 'GET');
  const sums: Record<string, number> = {};
  for (const [, method = '', count] of String(body).matchAll(counted))
    sums[method] = (sums[method] ?? 0) + Number(count);
  return sums;
}

const writesIn = ({ requests }: Stretch): number =>
  Object.entries(requests).reduce(
    (sum, [method, count]) => sum + (method === 'GET' ? 0 : count),
    0,
  );

function tableOf(stretches: Readonly<Record<string, Stretch>>): Table {
  return {
    head: ['', 'seconds', 'reads', 'writes', 'most MiB'],
    rows: Object.entries(stretches).map(([name, one]) => [
      ...[name, one.seconds.toFixed(1), whole(one.requests.GET ?? 0), whole(writesIn(one))],
      (one.mostResident / 2 ** 20).toFixed(0),
    ]),
  };
}

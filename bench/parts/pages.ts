/** What the pages of the admin ask for, on a long roll and a long log. */

import { takeTurns } from '../load/by-request.ts';
import { directoryTenant, fillPages } from '../pages/fill.ts';
import type { Part } from '../part.ts';
import { openWorld, type World } from '../process/world.ts';
import { median, percentile } from '../report/statistics.ts';
import { ms, whole } from '../report/table.ts';

const size = { people: 100_000, lines: 500_000 } as const;
/** An answer that takes longer than this is felt. */
const goalMs = 200;

/** Every GET that a page begins with, and those that follow as somebody types or turns a page. */
export const pages: Part = {
  name: 'pages',
  about:
    "the admin API's GETs behind each page, among 100,000 people and 500,000 lines of activity",
  long: true,
  async run({ seconds, rounds, say }) {
    await using world = await openWorld('unlimited');
    say(`putting ${whole(size.people)} people and ${whole(size.lines)} lines of activity down`);
    await fillPages(world, size);
    const asked = await pathsOf(world);
    say('one GET after the other');
    const turns = asked.map(({ path }) => async () => ({ answer: await get(world, path) }));
    const taken = await takeTurns(turns, 4 * seconds * rounds);
    const figures = asked.map(({ name }, index) => {
      const list = (taken[index] ?? []).map(({ answer }) => answer);
      return { name, p50: median(list), p95: percentile(list, 0.95), asked: list.length };
    });
    const slow = figures.filter(({ p95 }) => p95 > goalMs).map(({ name }) => name);
    return {
      notes: [
        `One request at a time, in turns. Goal: p95 under ${goalMs} ms.`,
        slow.length === 0 ? 'All are under it.' : `Not under it: ${slow.join(', ')}.`,
      ],
      tables: [
        {
          head: ['GET', 'asked', 'p50', 'p95'],
          rows: figures.map(({ name, p50, p95, asked }) => [name, whole(asked), ms(p50), ms(p95)]),
        },
      ],
      figures: { pages: figures },
      faults: [],
    };
  },
};

/** Asks once. */
async function get({ rollcall }: World, path: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${rollcall.target.origin}/api${path}`);
  const text = await response.text();
  const took = performance.now() - begun;
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
  return took;
}

interface Asked {
  readonly name: string;
  readonly path: string;
}

async function pathsOf({ pool, ids }: World): Promise<readonly Asked[]> {
  const { tenantId, sourceId, destinationId } = ids;
  const { rows } = await pool.query<{ person: string; line: string; day: Date }>(
    `select resource_id as person, id as line, at as day from activity
     where tenant_id = $1 and destination_id is not null order by random() limit 1`,
    [tenantId],
  );
  const [{ person, line, day } = { person: '', line: '', day: new Date() }] = rows;
  const to = new Date(day.getTime() + 86_400_000).toISOString();
  const people = [
    ...['', '?query=a', '?query=ada', '?query=gr', '?query=grace', '?query=grace+hop'],
    ...['?query=grace-hopper-77@example.com', '?query=nobody', '?query=zoe+di&state=active'],
    ...[
      '?state=inactive',
      '?query=ada&state=inactive',
      '?state=attention',
      '?query=ada&state=attention',
    ],
    ...[`?source=${sourceId}`, `?cursor=${person}`, `?query=ada&cursor=${person}`, `/${person}`],
  ].map((rest) => `/people${rest}`);
  const activity = [
    ...['', `?person=${person}`, `?destination=${destinationId}`, '?destination=none'],
    ...[
      '?outcome=done',
      '?outcome=failed',
      `?outcome=held&destination=second`,
      `?source=${sourceId}`,
    ],
    ...[
      `?from=${day.toISOString()}&to=${to}`,
      `?outcome=failed&to=${to}`,
      `?cursor=${line}`,
      `/${line}`,
    ],
    ...['?query=ada', '?query=grace+hop', '?query=nobody', '?query=ada&outcome=failed'],
  ].map((rest) => `/activity${rest}`);
  const others = [
    ...['/overview', '/status', '/sources', `/sources/${sourceId}`, `/sources/${sourceId}/status`],
    ...[`/sources/${sourceId}/tokens`, '/destinations', `/destinations/${destinationId}/status`],
    ...[`/destinations/${destinationId}/guard`, `/destinations/${destinationId}/policy`],
    ...[`/destinations/${destinationId}/reviews`, '/inbox', '/grants', '/grants?attention=true'],
    ...[
      '/offers',
      '/backfills',
      '/notices',
      '/retention',
      '/app-policies',
      '/groups?query=a',
      '/connectors',
    ],
  ];
  const directory = [
    ...['Users?sortBy=userName&count=50', 'Users?sortBy=userName&count=50&startIndex=51'],
    ...['a', 'gr', 'grace', 'grace+hop', 'zoe', 'nobody'].map((words) => `search?query=${words}`),
    'search?query=grace&startIndex=1951',
  ].map((rest) => `/directory/${rest}`);
  const shown = (path: string) =>
    path
      .replaceAll(sourceId, '{source}')
      .replaceAll(destinationId, '{destination}')
      .replaceAll(person, '{person}')
      .replaceAll(line, '{line}')
      .replaceAll(/\d{4}-\d\d-[^&]+Z/g, '…');
  return [
    ...[...people, ...activity, ...others].map((path) => ({
      ...{ name: shown(path), path: `/tenants/${tenantId}${path}` },
    })),
    ...directory.map((path) => ({ name: path, path: `/tenants/${directoryTenant}${path}` })),
  ];
}

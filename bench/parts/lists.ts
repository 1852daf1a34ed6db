/** What a page of a list costs: the first one beside the peer, and one far into a long roll. */
import { type PageAsked, pageSize, pageTurn, type Walk, walk } from '../lists/page.ts';
import { takeTurns } from '../load/by-request.ts';
import { createPeople, keys } from '../load/load.ts';
import type { Part } from '../part.ts';
import { fillRoll } from '../process/fill.ts';
import { startPeer } from '../process/peer.ts';
import { openWorld } from '../process/world.ts';
import { median, percentile } from '../report/statistics.ts';
import { ms, type Table, times, whole } from '../report/table.ts';

const sizes = { short: 1_000, long: 100_000 } as const;
/** How many pages before the last one. */
const fromEnd = 10;

/** Pages of 100 users. */
export const lists: Part = {
  name: 'lists',
  about:
    'a page of 100 among 1,000 users beside scimmy-routers, and among 100,000, also far into them',
  long: false,
  async run({ seconds, rounds, say }) {
    await using stack = new AsyncDisposableStack();
    say(`putting ${whole(sizes.short)} and ${whole(sizes.long)} users on a roll`);
    const peer = stack.use(await startPeer());
    await createPeople(peer.target, keys('seed', sizes.short));
    const short = stack.use(await openWorld('unlimited'));
    await fillRoll(short, sizes.short);
    const long = stack.use(await openWorld('unlimited'));
    await fillRoll(long, sizes.long);

    say('walking through all of them');
    const walked = await walk(long.rollcall.target, sizes.long);
    const asked: readonly PageAsked[] = [
      { target: short.rollcall.target, place: 'startIndex=1', total: sizes.short },
      { target: peer.target, place: 'startIndex=1', total: sizes.short },
      ...longPages(walked).map((page) => ({
        ...page,
        target: long.rollcall.target,
        total: sizes.long,
      })),
    ];
    say('one page after the other');
    const turns = asked.map((page) => stack.use(pageTurn(page)).turn);
    const taken = await takeTurns(turns, seconds * rounds);
    const pages = taken.map((list) => list.map(({ page }) => page));
    return {
      notes: [
        `GET /Users with count=${pageSize}; one request at a time, in turns, ${seconds * rounds} s, medians. Every page is read, and a far one compared with the walk.`,
        `All ${whole(sizes.long)} users by cursor, each once: ${walked.pages.length} pages in ${(walked.ms / 1_000).toFixed(1)} s.`,
      ],
      tables: [tableOf(pages)],
      figures: { pages, walkMs: walked.ms },
      faults: [],
    };
  },
};

/** The first page by index and by cursor, and the same far one by cursor and by index. */
function longPages({ pages }: Walk): readonly Pick<PageAsked, 'place' | 'firstId'>[] {
  const [first, far] = [pages[0], pages.at(-fromEnd)];
  if (first === undefined || far === undefined) throw new Error('too few pages');
  const farIndex = 1 + pageSize * (pages.length - fromEnd);
  return [
    { ...first, place: 'startIndex=1' },
    first,
    far,
    { ...far, place: `startIndex=${farIndex}` },
  ];
}

function tableOf(pages: readonly (readonly number[])[]): Table {
  const [short = [], peer = [], ...long] = pages;
  const row = (name: string, list: readonly number[], beside: readonly number[]) => [
    name,
    ms(median(list)),
    ms(percentile(list, 0.99)),
    times(median(list) / median(beside)),
  ];
  const names = ['first by index', 'first by cursor', 'far by cursor', 'far by index'];
  return {
    head: ['page of 100', 'p50', 'p99', 'cost'],
    rows: [
      row(`first of ${whole(sizes.short)}`, short, short),
      row(`first of ${whole(sizes.short)}, peer`, peer, short),
      ...names.map((name, index) =>
        row(`${name}, of ${whole(sizes.long)}`, long[index] ?? [], long[0] ?? []),
      ),
    ],
  };
}

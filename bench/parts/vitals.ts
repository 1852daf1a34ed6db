/**
 * How soon, how steadily and how promptly the pages answer in a browser, as Shopify asks it of an app
 * (https://shopify.dev/docs/apps/launch/built-for-shopify/requirements).
 */
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../../test/support/browser.ts';
import { waitFor } from '../../test/support/wait.ts';
import { createPeople } from '../load/load.ts';
import type { Part } from '../part.ts';
import { dueCount } from '../process/roll.ts';
import { openWorld, type World } from '../process/world.ts';
import { percentile } from '../report/statistics.ts';
import { ms } from '../report/table.ts';

/** What is wanted at the 75th percentile of visits. */
const goals = { lcpMs: 2_500, cls: 0.1, inpMs: 200 } as const;

/** A browser on a mobile connection and a processor of a quarter of this one's speed. */
const slowness = { cpu: 4, latencyMs: 150, bytesPerSecond: 200_000 } as const;

const people = 200;

/** What was seen of one visit. */
interface Visit {
  readonly name: string;
  readonly lcpMs: number;
  readonly cls: number;
  /** The longest time from a press or a key to what it changed on the screen. */
  readonly inpMs: number;
  readonly bytes: number;
}

/** Each page of the navigation, opened as the first one and worked with a little. */
export const vitals: Part = {
  name: 'vitals',
  about: 'largest contentful paint, layout shift and interaction of each page in a slow browser',
  long: true,
  async run({ rounds, say }) {
    await using world = await openWorld('unlimited');
    await createPeople(
      world.rollcall.target,
      Array.from({ length: people }, (_, index) => `vitals-${index}`),
    );
    // What is at work beside the browser would be measured, too.
    await waitFor(
      'everybody to be brought to the store',
      async () => (await dueCount(world.pool, world.ids)) === 0,
    );
    const browser = await startBrowser();
    try {
      const names = await namesIn(browser, world);
      const visits: Visit[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        say(`round ${round} of ${rounds}`);
        for (const name of names) visits.push(await visit(browser, world, name));
      }
      const pages = names.map((name) => summary(name, visits));
      return {
        notes: [
          `Each page as the first one, nothing cached; processor ${slowness.cpu} times as slow, ${slowness.latencyMs} ms to the server, ${slowness.bytesPerSecond / 1_000} kB/s.`,
          `75th percentile of ${rounds} visits. Goals: LCP ${goals.lcpMs} ms, CLS ${goals.cls}, INP ${goals.inpMs} ms.`,
        ],
        tables: [
          {
            head: ['page', 'LCP', 'CLS', 'INP', 'loaded'],
            rows: pages.map(({ name, lcpMs, cls, inpMs, bytes }) => [
              ...[name, ms(lcpMs), cls.toFixed(3), ms(inpMs)],
              `${Math.round(bytes / 1_000)} kB`,
            ]),
          },
        ],
        figures: { pages },
        faults: [],
      };
    } finally {
      await browser.close();
    }
  },
};

function summary(name: string, visits: readonly Visit[]): Visit {
  const own = visits.filter((one) => one.name === name);
  const usual = (of: (one: Visit) => number) => percentile(own.map(of), 0.75);
  return {
    name,
    lcpMs: usual(({ lcpMs }) => lcpMs),
    cls: usual(({ cls }) => cls),
    inpMs: usual(({ inpMs }) => inpMs),
    bytes: usual(({ bytes }) => bytes),
  };
}

const homeOf = ({ rollcall, ids }: World) =>
  `${rollcall.target.origin}/admin/${encodeURIComponent(ids.tenantId)}`;

const navigation = (page: Page) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link');

async function namesIn(browser: Browser, world: World): Promise<readonly string[]> {
  const page = await browser.newPage();
  await page.goto(homeOf(world));
  await navigation(page).first().waitFor();
  const names = await navigation(page).allInnerTexts();
  await page.close();
  return names;
}

async function visit(browser: Browser, world: World, name: string): Promise<Visit> {
  const finding = await browser.newPage();
  await finding.goto(homeOf(world));
  const href = await navigation(finding)
    .filter({ hasText: name })
    .first()
    .evaluate((link) => (link as unknown as { readonly href: string }).href);
  await finding.close();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(observing);
    const devtools = await context.newCDPSession(page);
    let bytes = 0;
    await devtools.send('Network.enable');
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: slowness.latencyMs,
      downloadThroughput: slowness.bytesPerSecond,
      uploadThroughput: slowness.bytesPerSecond,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowness.cpu });
    await page.goto(href);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    // Whatever comes late and could shift the rest.
    await page.waitForTimeout(2_000);
    const loaded = bytes;
    const { lcpMs, cls } = await page.evaluate(seen);
    await work(page);
    const { inpMs } = await page.evaluate(seen);
    return { name, lcpMs, cls, inpMs, bytes: loaded };
  } finally {
    await context.close();
  }
}

/** Types where there is something to search, and goes on to other pages: who stays waits for no paint, and has none to measure. */
async function work(page: Page): Promise<void> {
  const search = page.getByRole('searchbox');
  if ((await search.count()) > 0) await search.first().pressSequentially('vit', { delay: 100 });
  for (const others of [1, 2]) {
    await page.locator('nav[aria-label="Pages"] a:not([aria-current])').nth(others).click();
    await page.waitForTimeout(1_500);
  }
}

/** Runs in the page: notes what the browser tells (https://web.dev/articles/vitals). */
const observing = `
  const noted = { lcpMs: 0, cls: 0, inpMs: 0 };
  globalThis.noted = noted;
  const observe = (type, take, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (entry) => { noted.lcpMs = entry.startTime; });
  observe('layout-shift', (entry) => { if (!entry.hadRecentInput) noted.cls += entry.value; });
  observe('event', (entry) => {
    if (entry.interactionId > 0) noted.inpMs = Math.max(noted.inpMs, entry.duration);
  }, { durationThreshold: 16 });
`;

/** Runs in the page. */
const seen = 'noted' as unknown as () => Pick<Visit, 'lcpMs' | 'cls' | 'inpMs'>;

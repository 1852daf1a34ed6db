/** A browser at a Rollcall that works, anew for each test; what goes wrong in the page fails the test. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { waitFor } from './wait.ts';
import { type Answer, request, testWorld, type World, type WorldOptions } from './world.ts';

/** What a test of a page works with. */
export interface Visit {
  readonly world: World;
  readonly page: Page;
  /** Opens a page of the tenant. */
  open(path: string): Promise<void>;
  /** Asks the admin API of the tenant. */
  api(method: string, path: string, body?: object): Promise<Answer>;
  /** Waits until this was said to whoever listens. */
  said(text: string | RegExp): Promise<void>;
}

/** Gives the tests of a file a visit each. */
export function visits(options: WorldOptions = {}): Visit {
  let browser: Browser;
  let context: BrowserContext;
  let world: World;
  let page: Page;
  let faults: string[];
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    world = await testWorld(options);
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    // Also what the content security policy refuses.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        faults.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await world.close();
    assert.deepEqual(faults, []);
  });
  return {
    get world() {
      return world;
    },
    get page() {
      return page;
    },
    open: async (path) => {
      await page.goto(`${world.origin}/admin/${world.tenantId}${path}`);
    },
    api: (method, path, body) =>
      request(`${world.origin}/api/tenants/${world.tenantId}${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: { 'content-type': 'application/json' },
      }),
    said: (text) => page.locator('#announcer', { hasText: text }).waitFor(),
  };
}

/** Waits until an element has the focus. */
export async function focused(element: Locator): Promise<void> {
  await waitFor('the focus', () => element.evaluate((node) => node.matches(':focus')));
}

/** Fails when the page is wider than the screen. */
export async function assertFits(page: Page): Promise<void> {
  const width = page.viewportSize()?.width;
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
}

/** Pages follow what happens by a stream, and by themselves where there is none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { push } from '../support/roll.ts';
import { visits } from '../support/visit.ts';
import { waitFor } from '../support/wait.ts';
import { userNamed } from '../support/world.ts';

describe('a page that is looked at', () => {
  const visit = visits();
  const counted = (words: string) =>
    visit.page.getByRole('status').filter({ hasText: words }).isVisible();

  test('shows what happens without asking again and again', async () => {
    const { page, world, open } = visit;
    // Asking every so often is done by intervals.
    await page.addInitScript('globalThis.setInterval = () => 0;');
    const stream = page.waitForResponse((response) => response.url().endsWith('/events'));
    await open('/people');
    await stream;
    await page.getByText('Nobody yet').waitFor();
    await push(world, userNamed('Ada'));
    await waitFor('the news', () => counted('1 person'));
  });

  test('asks again by itself where the stream is refused', async () => {
    const { page, world, open } = visit;
    await page.route('**/events', (route) => route.fulfill({ status: 429, json: {} }));
    await open('/people');
    await page.getByText('Nobody yet').waitFor();
    await push(world, userNamed('Ada'));
    await waitFor('the answer', () => counted('1 person'));
  });

  test('leaves nothing behind that would end the next stream, once nobody looks', async () => {
    const { page, open } = visit;
    // How long a page waits for another stream after one that failed.
    const laterMs = 15_000;
    await page.addInitScript(() => {
      const waits: unknown[] = [];
      const usual = globalThis.setTimeout;
      Object.assign(globalThis, {
        waits,
        setTimeout: (...asked: Parameters<typeof setTimeout>) => {
          waits.push(asked[1]);
          return usual(...asked);
        },
      });
    });
    const turn = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const stream = () => page.waitForResponse((response) => response.url().endsWith('/events'));
    const first = stream();
    await open('/people');
    await first;
    await turn(true);
    const next = stream();
    await turn(false);
    await next;
    assert.equal(await page.evaluate(`waits.includes(${laterMs})`), false);
  });
});

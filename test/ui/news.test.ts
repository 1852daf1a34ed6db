/** Pages follow what happens by a stream, and by themselves where there is none. */
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
    await page.clock.install();
    const stream = page.waitForResponse((response) => response.url().endsWith('/events'));
    await open('/people');
    await stream;
    await waitFor('the page', () => page.getByText('Nobody yet').isVisible());
    // From here on its clock stands nearly still: no time comes to ask.
    await page.clock.pauseAt(new Date(Date.now() + 1_000));
    await push(world, userNamed('Ada'));
    let passed = 0;
    await waitFor('the news', async () => {
      if (passed < 1_500) await page.clock.runFor(10);
      passed += 10;
      return counted('1 person');
    });
  });

  test('asks again by itself where the stream is refused', async () => {
    const { page, world, open } = visit;
    await page.route('**/events', (route) => route.fulfill({ status: 429, json: {} }));
    await open('/people');
    await page.getByText('Nobody yet').waitFor();
    await push(world, userNamed('Ada'));
    await waitFor('the answer', () => counted('1 person'));
  });
});

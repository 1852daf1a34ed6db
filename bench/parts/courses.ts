/** Orders of the shop on their way to enrolments at the LMS: how many, and how soon. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { waitFor } from '../../test/support/wait.ts';
import type { Part } from '../part.ts';
import { ask } from '../process/ask.ts';
import { openWorld, type World } from '../process/world.ts';
import { percentile } from '../report/statistics.ts';
import { ms, whole } from '../report/table.ts';

const atOnce = 1_000;
const oneByOne = 60;
const pollMs = 20;
const course = 2;
const patienceMs = 600_000;

/** A thousand orders at once, then one after the other, on the plan standard. */
export const courses: Part = {
  name: 'courses',
  about:
    'orders per second through inbox, ledger and LMS, and the time from an order to its enrolment',
  long: true,
  async run({ say }) {
    await using world = await openWorld('standard', { lms: 'kept' });
    const { rollcall, store } = world;
    const lms = lmsControl(rollcall.lmsOrigin);
    await store.resetStats();
    say(`${whole(atOnce)} orders at once`);
    const begun = performance.now();
    await placeOrders(
      world,
      Array.from({ length: atOnce }, (_, number) => buyer('crowd', number)),
    );
    const placedMs = performance.now() - begun;
    await waitFor(
      'everybody to be enrolled',
      async () => (await lms.participants()) >= atOnce,
      patienceMs,
    );
    const seconds = (performance.now() - begun) / 1_000;
    const { throttled, requests, costUsed } = await store.stats();
    const crowd = { ...(await lms.stats()), participants: await lms.participants() };
    say(`${oneByOne} orders, one after the other`);
    const samples: number[] = [];
    for (let number = 0; number < oneByOne; number += 1) {
      const email = buyer('alone', number);
      const at = performance.now();
      await placeOrders(world, [email]);
      while (!(await lms.isEnrolled(email))) await sleep(pollMs);
      samples.push(performance.now() - at);
      await sleep(100);
    }
    const twice = crowd.participants - atOnce;
    return {
      notes: [
        `On the plan standard; Moodle's connector works on four people at once. ${whole(atOnce)} orders were placed in ${ms(placedMs)}. The time of one is from before the order is placed until the LMS shows the participant, which is looked for every ${pollMs} ms; a delivery waits a tenth of a second for others about the same order.`,
      ],
      tables: [
        {
          head: [
            'at once',
            'all enrolled in s',
            'orders/s',
            'requests to the shop',
            'points',
            'throttled',
            'requests to the LMS',
            'most in flight',
          ],
          rows: [
            [
              whole(atOnce),
              seconds.toFixed(1),
              (atOnce / seconds).toFixed(1),
              ...[requests, costUsed, throttled, crowd.requests, crowd.mostInFlight].map(whole),
            ],
          ],
        },
        {
          head: ['one by one', 'p50', 'p99', 'longest'],
          rows: [
            [
              'order to enrolment',
              ...[0.5, 0.99, 1].map((share) => ms(percentile(samples, share))),
            ],
          ],
        },
      ],
      figures: { seconds, requests, costUsed, throttled, lms: crowd, samples },
      faults: [
        ...(twice === 0 ? [] : [`${crowd.participants} participants of ${atOnce} orders`]),
        ...(throttled === 0 ? [] : [`${throttled} requests were throttled`]),
      ],
    };
  },
};

const buyer = (kind: string, number: number): string => `${kind}${number}@example.com`;

async function placeOrders({ store }: World, emails: readonly string[]): Promise<void> {
  const orders = emails.map((email) => ({
    ...{ email, firstName: 'Bea', lastName: 'Buyer', paid: true },
    lines: [{ sku: 'WELD-101', quantity: 1 }],
  }));
  const { status, body } = await store.dev('POST', 'orders', orders);
  if (status >= 300) throw new Error(JSON.stringify(body));
}

const courseSchema = z.object({ enrolments: z.object({ active: z.number() }) });
const statsSchema = z.object({ requests: z.number(), mostInFlight: z.number() });
const enrolmentsSchema = z.object({ enrolments: z.array(z.object({ status: z.string() })) });

/** The development LMS behind its control API. */
function lmsControl(origin: string) {
  const get = async (path: string): Promise<unknown> =>
    (await ask(`${origin}/_dev/${path}`, 'GET')).body;
  return {
    participants: async () => courseSchema.parse(await get(`courses/${course}`)).enrolments.active,
    stats: async () => statsSchema.parse(await get('stats')),
    isEnrolled: async (email: string) => {
      const { enrolments } = enrolmentsSchema.parse(
        await get(`enrolments?email=${encodeURIComponent(email)}`),
      );
      return enrolments.some(({ status }) => status === 'active');
    },
  };
}

/** An order that looks like none, and is the same whenever it is asked for. */
import { randomFrom } from '../../standin/random.ts';

/** The numbers from 0 to `count` − 1, shuffled (Fisher–Yates); the same seed gives the same order. */
export function shuffledOrder(count: number, seed: number): Uint32Array {
  const random = randomFrom(seed);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/**
 * Several things asked in turns, one request at a time: for what one of them costs beside another.
 * The bench asks by itself, as it has nothing else to do meanwhile.
 */

/** What a turn measured: the milliseconds that each of its steps took. */
export type Times<Step extends string> = Readonly<Record<Step, number>>;

/** Asks once more. It throws when an answer is wrong. */
export type Turn<Step extends string> = () => Promise<Times<Step>>;

const warmUpSeconds = 1;

/** Takes turns for some seconds, at least two each, and tells what each of them measured. */
export async function takeTurns<Step extends string>(
  turns: readonly Turn<Step>[],
  seconds: number,
): Promise<readonly (readonly Times<Step>[])[]> {
  await turnsFor(turns, warmUpSeconds);
  return turnsFor(turns, seconds);
}

/** There and back again, so that nobody always comes after the same one. */
async function turnsFor<Step extends string>(
  turns: readonly Turn<Step>[],
  seconds: number,
): Promise<readonly (readonly Times<Step>[])[]> {
  const taken = turns.map((): Times<Step>[] => []);
  const there = [...turns.entries()];
  const back = there.toReversed();
  const endsAt = performance.now() + 1_000 * seconds;
  do {
    for (const [index, turn] of [...there, ...back]) taken[index]?.push(await turn());
  } while (performance.now() < endsAt);
  return taken;
}

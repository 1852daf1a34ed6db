/** The examples of RFC 7644, the protocol; Bulk (§3.7) is in its own tests: each is a dialogue, see support/dialogue.ts. */
import { after, before, test } from 'node:test';
import { play, readDialogues } from '../support/dialogue.ts';
import { testWorld, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await testWorld();
  // The examples are about the protocol: the store does not have to follow.
  await world.pool.query("update destinations set state = 'paused'");
});
after(() => world.close());

for (const dialogue of readDialogues(new URL('./examples/rfc7644/', import.meta.url))) {
  test(`RFC 7644 ${dialogue.title}`, () => play(world, dialogue));
}

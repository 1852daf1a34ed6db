/**
 * What identity providers send, as they send it, and what each must be answered: the dialogues in
 * `samples/<identity provider>/`. What they are written in is described in support/dialogue.ts.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { play, readDialogues } from '../support/dialogue.ts';
import { testWorld, type World } from '../support/world.ts';

const dialogues = readDialogues(new URL('./samples/', import.meta.url));

let world: World;
before(async () => {
  world = await testWorld();
  // The dialogues are about the protocol: the store does not have to follow.
  await world.pool.query("update destinations set state = 'paused'");
});
after(() => world.close());

test('there are dialogues of every identity provider that docs/idp describes', () => {
  const providers = new Set(dialogues.map(({ file }) => file.split('/')[0]));
  const described = [
    'entra',
    'generic',
    'google',
    'jumpcloud',
    'miniorange',
    'okta',
    'onelogin',
    'ping',
  ];
  assert.deepEqual(
    described.filter((name) => !providers.has(name)),
    [],
  );
});

for (const dialogue of dialogues) {
  const [provider] = dialogue.file.split('/');
  test(`${provider}: ${dialogue.title}`, () => play(world, dialogue));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allUsers, checkAgreement } from '../support/checker.ts';
import { type ProcessWorld, processWorld, type RollcallProcess } from '../support/process.ts';
import { patchOf } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { settled, userNamed } from '../support/world.ts';

/** A writer of one person: what was acknowledged, and what was sent since and may have been written. */
interface Writer {
  readonly name: string;
  id: string | null;
  acknowledged: string | null;
  readonly unanswered: string[];
}

/** Writes one person until the process is gone: made once, then given one title after another. */
async function write(
  world: ProcessWorld,
  process: RollcallProcess,
  writer: Writer,
  round: number,
): Promise<void> {
  const { scim } = world.at(process);
  for (let count = 0; ; count += 1) {
    const title = `Title ${round}.${count}`;
    writer.unanswered.push(title);
    const answer = await (writer.id === null
      ? scim('POST', '/Users', userNamed(writer.name, { title }))
      : scim(
          'PATCH',
          `/Users/${writer.id}`,
          patchOf({ op: 'replace', path: 'title', value: title }),
        )
    ).catch(() => null);
    if (answer === null) return;
    if (answer.status === 409) {
      // The creation that nobody answered had been written.
      const found = await scim(
        'GET',
        `/Users?filter=userName eq "${writer.name}.lovelace@example.com"`,
      ).catch(() => null);
      writer.id = found?.body.Resources[0].id ?? null;
      continue;
    }
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    writer.id = answer.body.id;
    writer.acknowledged = title;
    writer.unanswered.length = 0;
  }
}

/** Under which lease the store is drained, and by whom. */
const lease = async ({ pool }: ProcessWorld): Promise<{ epoch: number; owner: string | null }> => {
  const { rows } = await pool.query('select epoch, owner from destinations');
  return rows[0];
};

test('whatever was acknowledged outlives kill -9, and everybody ends up once', async (t) => {
  await using world = await processWorld();
  const writers: Writer[] = [];
  const writesBeforeTheEnd = Array.from({ length: 4 }, () => 10 + Math.floor(Math.random() * 60));
  t.diagnostic(`killed after ${writesBeforeTheEnd.join(', ')} customers were asked for`);
  for (const [round, most] of writesBeforeTheEnd.entries()) {
    await using process = await world.start();
    for (let index = 0; index < 6; index += 1) {
      const name = `writer${round}-${index}`;
      writers.push({ name, id: null, acknowledged: null, unanswered: [] });
    }
    await world.store.dev('DELETE', 'stats');
    const writing = writers.map((writer) => write(world, process, writer, round));
    await waitFor('the store to be written to', async () => {
      const { body } = await world.store.dev('GET', 'stats');
      return body.requests > most;
    });
    await process.kill();
    await Promise.all(writing);
  }

  const before = await lease(world);
  await using process = await world.start();
  await waitFor(
    'the interrupted drain to begin again',
    async () => (await lease(world)).epoch > before.epoch,
  );
  // At once, as whoever drained is gone, and not because a job without a heartbeat has expired.
  assert.equal(process.output().includes('a drain was left behind'), before.owner !== null);
  await settled(world.pool);
  const users = await allUsers(world.at(process));
  for (const { id, name, acknowledged, unanswered } of writers) {
    if (acknowledged === null) continue;
    const user = users.find((one) => one.id === id);
    assert.ok(user, `${name} was acknowledged and is gone`);
    assert.ok(
      [acknowledged, ...unanswered].includes(user.title),
      `${name} has ${user.title} after ${acknowledged}`,
    );
  }
  await checkAgreement({ ...world, ...world.at(process) });
  await process.stop();
});

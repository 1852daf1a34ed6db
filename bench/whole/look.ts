/** What only looks at everybody: a preview by another policy, and an import of the accounts. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { destinationsOf } from '../../src/store/destinations.ts';
import { ask } from '../process/ask.ts';
import type { World } from '../process/world.ts';
import { type Took, until } from './world.ts';

const json = { 'content-type': 'application/json' };
const pollMs = 1_000;

function about({ rollcall, ids }: World): string {
  return `${rollcall.target.origin}/api/tenants/${ids.tenantId}/destinations/${ids.destinationId}`;
}

/** Previews a policy that gives everybody one more tag, and reads the preview to its end. */
export async function previewAll(world: World): Promise<Took & { readonly counts: unknown }> {
  const [destination] = await destinationsOf(world.pool, world.ids.tenantId);
  const policy = { ...destination?.policy, memberships: ['everybody'] };
  let last = '';
  const took = await until(
    world,
    async () => true,
    async () => {
      const body = JSON.stringify({ policy });
      const answer = await fetch(`${about(world)}/preview`, {
        method: 'POST',
        headers: json,
        body,
      });
      if (answer.body === null) throw new Error('the preview has no lines');
      for await (const line of createInterface(Readable.fromWeb(answer.body))) last = line;
    },
  );
  const { type, counts } = JSON.parse(last);
  if (type !== 'summary') throw new Error(`the preview ended with ${last}`);
  return { ...took, counts };
}

/** Reads all accounts and matches them with the roll. */
export async function importAll(world: World): Promise<Took & { readonly counts: unknown }> {
  let counts: unknown = null;
  const took = await until(
    world,
    async () => counts !== null,
    async () => {
      const { body } = await ask(`${about(world)}/import`, 'POST', {}, json);
      while (counts === null) {
        await sleep(pollMs);
        const now = await ask(`${about(world)}/imports/${body.id}`, 'GET');
        if (now.body.state === 'failed') throw new Error(now.body.error);
        if (now.body.state === 'done') counts = now.body.counts;
      }
    },
  );
  return { ...took, counts };
}

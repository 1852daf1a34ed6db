/**
 * Chaos: two instances on one database, an identity provider that changes people and groups, staff
 * who edit customers behind Rollcall's back, a store that throttles, fails and cuts connections, and
 * kill -9 in between. Afterwards rest, and judgement.
 */
import assert from 'node:assert/strict';
import { destinationsOf, updatePolicy } from '../../../src/store/destinations.ts';
import { insertSpread } from '../../../src/store/spreads.ts';
import { type Chance, chance } from '../chance.ts';
import { type ProcessWorld, processWorld, type RollcallProcess } from '../process.ts';
import { waitFor } from '../wait.ts';
import { settled } from '../world.ts';
import { changePerson, emailOf, moveBetweenGroups, type Person, type Send } from './people.ts';
import { editSomebody, makeCustomer, newStaff, type Staff } from './staff.ts';
import { judge } from './verdict.ts';

/** How much happens. */
export interface ChaosOptions {
  readonly seed: number;
  readonly people: number;
  /** Changes by the identity provider and by staff together. */
  readonly changes: number;
  readonly kills: number;
  /** How long the world may take to come to rest. */
  readonly restMs: number;
}

/** What happened. */
export interface ChaosReport {
  readonly changes: number;
  readonly unanswered: number;
  readonly kills: number;
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly restMs: number;
  readonly customers: number;
}

const groupCount = 3;
const writers = 3;

/** Runs chaos, and judges what it leaves. Throws with the first thing that is not as it must be. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  await using world = await processWorld();
  const run = new Run(world, options);
  try {
    return await run.toTheEnd();
  } finally {
    await run.endProcesses();
  }
}

/** One run. A class because it has a lifetime. */
class Run {
  readonly #world: ProcessWorld;
  readonly #options: ChaosOptions;
  readonly #people: readonly Person[];
  readonly #staff: Staff = newStaff();
  readonly #processes: RollcallProcess[] = [];
  readonly #tags = new Map<string, string>();
  #changes = 0;
  #unanswered = 0;
  #kills = 0;

  constructor(world: ProcessWorld, options: ChaosOptions) {
    this.#world = world;
    this.#options = options;
    this.#people = Array.from({ length: options.people }, (_, index) => ({
      name: `person${index}`,
      id: null,
      states: [null],
    }));
  }

  async toTheEnd(): Promise<ChaosReport> {
    const { seed, changes } = this.#options;
    this.#processes.push(await this.#world.start(), await this.#world.start());
    await this.#setUp();
    await this.#addFaults();
    await Promise.all([
      ...Array.from({ length: writers }, (_, index) => this.#write(index, chance(seed + index))),
      this.#edit(chance(seed + writers)),
      this.#killNowAndThen(),
    ]);
    assert.ok(this.#changes >= changes);
    return this.#rest();
  }

  async endProcesses(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
  }

  /** Groups with a rule each, and a store with customers. Mass leaves are what chaos is made of: not held. */
  async #setUp(): Promise<void> {
    const { pool, tenantId, sourceId: source, destinationId, store } = this.#world;
    const rules = [];
    for (let index = 0; index < groupCount; index += 1) {
      const name = `Group ${index}`;
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
      const answer = await this.#send('POST', '/Groups', { schemas, displayName: name });
      const id: string = answer?.body.id;
      this.#tags.set(id, `team-${index}`);
      rules.push({ when: { group: { source, id, name } }, memberships: [`team-${index}`] });
    }
    const [destination] = await destinationsOf(pool, tenantId);
    const key = { tenantId, destinationId };
    // A guard would hold what chance lets leave: here everything is to be carried out.
    const guard = { floor: 0, share: 1 };
    await updatePolicy(pool, key, { ...destination?.policy, rules, settleMs: 200, guard });
    for (let index = 0; index < this.#people.length; index += 5) {
      await makeCustomer(store, this.#staff, `stranger${index}@example.com`, 'stranger');
      await makeCustomer(store, this.#staff, emailOf(`person${index}`), 'somebody');
    }
  }

  async #addFaults(): Promise<void> {
    const { seed } = this.#options;
    const always = { times: null, probability: 0.04 };
    for (const [index, kind] of ['throttle', 'status', 'cut-before', 'cut-after'].entries())
      await this.#world.store.fault({ ...always, kind, seed: seed + index });
    await this.#world.store.fault({ ...always, kind: 'slow', delayMs: 200, seed: seed + 10 });
  }

  readonly #send: Send = async (method, path, body) => {
    const process = this.#processes[Math.floor(Math.random() * this.#processes.length)];
    if (process === undefined) return null;
    const answer = await this.#world
      .at(process)
      .scim(method, path, body)
      .catch(() => null);
    if (answer !== null && answer.status < 500) return answer;
    this.#unanswered += 1;
    return null;
  };

  /** Each writer has people of its own: what was acknowledged last is then known. */
  async #write(writer: number, random: Chance): Promise<void> {
    const people = this.#people.filter((_, index) => index % writers === writer);
    const groups = [...this.#tags.keys()];
    while (this.#changes < this.#options.changes) {
      const person = people[Math.floor(random.next() * people.length)];
      if (person === undefined) return;
      if (random.next() < 0.7) await changePerson(this.#send, person, random);
      else
        await moveBetweenGroups(this.#send, person, [groups[0] ?? '', ...groups.slice(1)], random);
      this.#changes += 1;
    }
  }

  async #edit(random: Chance): Promise<void> {
    while (this.#changes < this.#options.changes) {
      const before = this.#changes;
      await editSomebody(this.#world.store, this.#staff, random);
      await waitFor('others to go on', async () => this.#changes > before + 3 || this.#ended());
    }
  }

  #ended(): boolean {
    return this.#changes >= this.#options.changes;
  }

  /** Kills one instance after the other, at even distances, and starts another in its place. */
  async #killNowAndThen(): Promise<void> {
    const { kills, changes } = this.#options;
    for (let count = 1; count <= kills; count += 1) {
      const moment = (count * changes) / (kills + 1);
      await waitFor('the moment to kill', async () => this.#changes >= moment, 120_000);
      const process = this.#processes.shift();
      await process?.kill();
      this.#kills += 1;
      this.#processes.push(await this.#world.start());
    }
  }

  async #rest(): Promise<ChaosReport> {
    const { pool, store, tenantId, destinationId } = this.#world;
    const { restMs, seed } = this.#options;
    const faults = await this.#faultsStruck();
    await store.dev('DELETE', 'faults');
    const startedAt = performance.now();
    // What staff changed is found by looking at everybody; what failed need not wait for its turn.
    await insertSpread(pool, { tenantId, destinationId }, { kind: 'everybody' });
    await waitFor('the sweep', async () => {
      const { rows } = await pool.query('select from spreads where not_before <= now()');
      return rows.length === 0;
    });
    await settled(pool, restMs);
    const [process] = this.#processes;
    assert.ok(process);
    await judge({
      ...this.#world,
      ...this.#world.at(process),
      people: this.#people,
      staff: this.#staff,
      tags: this.#tags,
    }).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
    return {
      changes: this.#changes,
      unanswered: this.#unanswered,
      kills: this.#kills,
      faults,
      restMs: performance.now() - startedAt,
      customers: (await store.customers()).length,
    };
  }

  async #faultsStruck(): Promise<Readonly<Record<string, number>>> {
    const { body } = await this.#world.store.dev('GET', 'faults');
    const rules: readonly { readonly kind: string; readonly struck: number }[] =
      body.faults ?? body;
    return Object.fromEntries(rules.map(({ kind, struck }) => [kind, struck]));
  }
}

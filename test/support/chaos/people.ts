/** The identity provider of a chaos run: creates, changes and deletes people and moves them between groups. */
import assert from 'node:assert/strict';
import type { Chance } from '../chance.ts';
import { patchOf } from '../roll.ts';
import { type Answer, userNamed } from '../world.ts';

/** Sends one request to a process that is up; `null` where it was killed before it answered. */
export type Send = (method: string, path: string, body?: unknown) => Promise<Answer | null>;

/** A person as the identity provider knows it. A write without an answer may have been made, or not. */
export interface Person {
  readonly name: string;
  id: string | null;
  /** What may be true: of several, the last ones were never answered. */
  states: readonly State[];
}

/** `null`: not on the roll. */
export type State = null | { readonly title: string; readonly active: boolean };

/** The address a person has at first. */
export const emailOf = (name: string): string => `${name}.lovelace@example.com`;

const title = (random: Chance): string =>
  random.pick(['Countess', 'Admiral', 'Engineer']) + Math.floor(random.next() * 1e6);

/** One change of one person, and what it would make of them. */
interface Step {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly status: number;
  readonly becomes: State;
}

function nextStep({ name, id }: Person, state: State, random: Chance): Step {
  if (state === null || id === null) {
    const made = { title: title(random), active: random.next() < 0.9 };
    return { method: 'POST', body: userNamed(name, made), status: 201, becomes: made };
  }
  const patch = (values: Readonly<Record<string, unknown>>, becomes: State): Step => {
    const operations = Object.entries(values).map(([path, value]) => ({
      op: 'replace',
      path,
      value,
    }));
    return { method: 'PATCH', body: patchOf(...operations), status: 200, becomes };
  };
  const titled = { ...state, title: title(random) };
  const roll = random.next();
  if (roll < 0.1) return { method: 'DELETE', status: 204, becomes: null };
  if (roll < 0.3) return patch({ active: !state.active }, { ...state, active: !state.active });
  if (roll < 0.5) {
    const value = `${name}.${Math.floor(random.next() * 1e6)}@example.com`;
    return patch({ 'emails[type eq "work"].value': value, title: titled.title }, titled);
  }
  return patch({ title: titled.title, 'name.familyName': random.pick(['King', 'Byron']) }, titled);
}

/** Makes one change of a person. */
export async function changePerson(send: Send, person: Person, random: Chance): Promise<void> {
  if (person.states.length > 1) await lookUp(send, person);
  const [state, ...others] = person.states;
  if (state === undefined || others.length > 0) return;
  const step = nextStep(person, state, random);
  const path = step.method === 'POST' ? '/Users' : `/Users/${person.id}`;
  const answer = await send(step.method, path, step.body);
  if (answer === null) {
    person.states = [state, step.becomes];
    return;
  }
  assert.equal(answer.status, step.status, JSON.stringify(answer.body));
  if (step.method === 'POST') person.id = answer.body.id;
  if (step.becomes === null) person.id = null;
  person.states = [step.becomes];
}

/** After a write that nobody answered: asks what is there now. */
async function lookUp(send: Send, person: Person): Promise<void> {
  const filter = encodeURIComponent(`userName eq "${emailOf(person.name)}"`);
  const answer = await send('GET', `/Users?filter=${filter}`);
  if (answer === null) return;
  const [user] = answer.body.Resources;
  const found: State = user === undefined ? null : { title: user.title, active: user.active };
  const possible = person.states.some((state) => JSON.stringify(state) === JSON.stringify(found));
  assert.ok(
    possible,
    `${person.name} is ${JSON.stringify(found)}, acknowledged was
${JSON.stringify(person.states)}`,
  );
  person.id = user?.id ?? null;
  person.states = [found];
}

/** Puts a person into a group, or takes them out. Whether it was answered does not matter: the roll says who is in. */
export async function moveBetweenGroups(
  send: Send,
  { id }: Person,
  groups: readonly [string, ...string[]],
  random: Chance,
): Promise<void> {
  if (id === null) return;
  const operation =
    random.next() < 0.6
      ? { op: 'add', path: 'members', value: [{ value: id }] }
      : { op: 'remove', path: `members[value eq "${id}"]` };
  const answer = await send('PATCH', `/Groups/${random.pick(groups)}`, patchOf(operation));
  assert.ok(answer === null || answer.status < 300, JSON.stringify(answer?.body));
}

import { activePatch, personBody, userNameOf } from '../person.ts';
import type { Known, LoadJob } from './job.ts';

/** A request, and what makes its answer a right one. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  /** Texts that the answer must contain. */
  readonly contains: readonly string[];
}

/** Gives one connection its next request. */
export type Script = () => Exchange;

/** The requests of one connection of a job. */
export function scriptOf(job: LoadJob, connection: number, active: Map<string, boolean>): Script {
  const users = `${job.target.basePath}/Users`;
  // Each connection has people of its own: two that change the same person would measure conflicts.
  const mine = job.people.filter((_, index) => index % job.connections === connection);
  let turn = 0;
  const next = (): Known => {
    const person = mine[turn % mine.length];
    if (person === undefined) throw new Error('fewer people than connections');
    turn += 1;
    return person;
  };
  switch (job.operation) {
    case 'get':
      return () => getting(users, next());
    case 'find':
      return () => finding(users, next());
    case 'patch':
      return () => {
        const person = next();
        const wanted = !active.get(person.id);
        active.set(person.id, wanted);
        return patching(users, person, wanted);
      };
    case 'post':
      return () => {
        turn += 1;
        return posting(users, `${job.serial}-${connection}-${turn}`);
      };
  }
}

/** Reads one person by id. */
export function getting(users: string, { id, userName }: Known): Exchange {
  return {
    method: 'GET',
    path: `${users}/${id}`,
    body: null,
    status: 200,
    contains: [`"id":"${id}"`, `"userName":"${userName}"`],
  };
}

function finding(users: string, { id, userName }: Known): Exchange {
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  return {
    method: 'GET',
    path: `${users}?filter=${filter}`,
    body: null,
    status: 200,
    contains: ['"totalResults":1', `"id":"${id}"`],
  };
}

function patching(users: string, { id }: Known, active: boolean): Exchange {
  return {
    method: 'PATCH',
    path: `${users}/${id}`,
    body: JSON.stringify(activePatch(active)),
    status: 200,
    contains: [`"id":"${id}"`, `"active":${active}`],
  };
}

/** Creates the person with this key. */
export function posting(users: string, key: string): Exchange {
  return {
    method: 'POST',
    path: users,
    body: JSON.stringify(personBody(key)),
    status: 201,
    contains: ['"id":"', `"userName":"${userNameOf(key)}"`],
  };
}

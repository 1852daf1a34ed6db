/** A development LMS for a test, reached as everybody reaches it: over HTTP. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { DevLmsOptions } from '../../devlms/options.ts';
import { startDevLms } from '../../devlms/server.ts';

/** Whatever an answer holds: reading below what is not there gives undefined. */
export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json };

/** An argument of a function: PHP's arrays are lists and records. */
export type Argument = string | number | readonly Argument[] | { readonly [key: string]: Argument };

export interface RemoteLms {
  readonly origin: string;
  /** Calls a function of the web service with the service user's token. */
  readonly call: (name: string, parameters?: Readonly<Record<string, Argument>>) => Promise<Json>;
  /** The control API; fails the test unless the status is the one expected. */
  readonly control: (method: string, path: string, body?: object, status?: number) => Promise<Json>;
}

export interface TestLms extends RemoteLms {
  /** Sets the LMS's clock, in Unix seconds. */
  readonly setClock: (seconds: number) => void;
}

/** The service user's token. */
export const token = '0123456789abcdef0123456789abcdef';

/** When the transcript was recorded; the clock stands there until it is set. */
export const startTime = 1_795_460_655;

export async function startLms(
  t: TestContext,
  options: Partial<DevLmsOptions> = {},
): Promise<TestLms> {
  let time = startTime;
  const lms = await startDevLms({
    port: 0,
    host: '127.0.0.1',
    data: ':memory:',
    token,
    now: () => time * 1000,
    ...options,
  });
  t.after(() => lms.close());
  return {
    ...remoteLms(lms.origin),
    setClock: (seconds) => {
      time = seconds;
    },
  };
}

/** An LMS that runs elsewhere, with a clock of its own. */
export function remoteLms(origin: string): RemoteLms {
  return {
    origin,
    call: async (name, parameters = {}) => {
      const response = await fetch(`${origin}/webservice/rest/server.php`, {
        method: 'POST',
        body: new URLSearchParams([
          ['wstoken', token],
          ['wsfunction', name],
          ['moodlewsrestformat', 'json'],
          ...flattened(parameters),
        ]),
      });
      assert.equal(response.status, 200);
      return JSON.parse(await response.text());
    },
    control: async (method, path, body, status = 200) => {
      const response = await fetch(`${origin}/_dev/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = JSON.parse(await response.text());
      assert.equal(response.status, status, JSON.stringify(answer));
      return answer;
    },
  };
}

/** `{ users: [{ email }] }` as PHP reads it from a form: `users[0][email]`. */
function flattened(parameters: Readonly<Record<string, Argument>>): [string, string][] {
  const entries = (name: string, value: Argument): [string, string][] =>
    typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => entries(`${name}[${key}]`, inner))
      : [[name, String(value)]];
  return Object.entries(parameters).flatMap(([name, value]) => entries(name, value));
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request exactly as it is given, also where `fetch` would mend it: another host, a double slash. */
export async function send(origin: string, { body, ...options }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, ...options }, (response) => {
      text(response).then(
        (answer) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A person, as `core_user_create_users` wants them. */
export const person = (name: string) => ({
  username: name,
  firstname: name,
  lastname: 'Lovelace',
  email: `${name}@example.com`,
  password: 'Correct-Horse1',
});

/** Makes a person and gives their id. */
export async function makePerson(lms: RemoteLms, name: string): Promise<number> {
  const made = await lms.call('core_user_create_users', { users: [person(name)] });
  assert.ok(Array.isArray(made), JSON.stringify(made));
  return Number(made[0]?.id);
}

/** Fails the test unless this is the exception answered. */
export function assertException(answer: Json, errorcode: string): void {
  assert.equal(answer?.errorcode, errorcode, JSON.stringify(answer));
}

/**
 * Thinkific's Admin API: JSON both ways, key and subdomain in headers, lists by numbered pages
 * (https://developers.thinkific.com/api/api-documentation/).
 */
import { z } from 'zod';
import type { AllowanceReport, Bucket, Call, ConnectorIo } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { exchange, unanswered } from './exchange.ts';
import { failure } from './thinkific-failures.ts';

/** All schools answer there; which one is meant, a header says. */
const origin = 'https://api.thinkific.com';

/** What Thinkific is asked with. */
export interface Credentials {
  readonly subdomain: string;
  readonly apiKey: string;
}

/** A request. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A page of a list; `next` is the number of the one after it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Asks Thinkific within one call. Throws `DestinationError`. */
export interface Api {
  send<Form extends z.ZodType>(asked: Asked, form: Form): Promise<z.output<Form>>;
  page<Form extends z.ZodType>(
    asked: Pick<Asked, 'path' | 'query'>,
    item: Form,
    number: string | null,
  ): Promise<Page<z.output<Form>>>;
  /** A whole list, page after page. */
  all<Form extends z.ZodType>(
    asked: Pick<Asked, 'path' | 'query'>,
    item: Form,
  ): Promise<readonly z.output<Form>[]>;
}

/**
 * 120 requests a minute are taken. A bucket that fills as fast as it may, and holds what may come at once, gives
 * away both within a minute: together they stay below.
 */
export const bucket: Bucket = { maximum: 30, restoreRate: 1.5 };

/** More pages than this no list of ours has: one that goes on is going round in circles. */
const mostPages = 1_000;

/** Makes the API of one call. */
export function api(credentials: Credentials, io: ConnectorIo, call: Call): Api {
  const send: Api['send'] = async (asked, form) => {
    const reservation = await io.allowance.reserve(1, call);
    let report: AllowanceReport | null = null;
    let answer: unknown;
    try {
      if (asked.method !== 'GET') await call.beforeWrite();
      answer = await request(credentials, asked, io);
    } catch (error) {
      // Whoever else spends from it waits as well.
      if (error instanceof DestinationError && error.pauseMs !== null)
        report = { ...bucket, available: 0, throttled: true };
      throw error;
    } finally {
      await reservation.settle(report);
    }
    return read(asked, answer, form);
  };
  const page: Api['page'] = async ({ path, query }, item, number) => {
    const numbered = { ...query, limit: '100', page: number ?? '1' };
    const { items, meta } = await send({ method: 'GET', path, query: numbered }, pageOf(item));
    const next = meta.pagination.next_page ?? null;
    return { items, next: next === null ? null : String(next) };
  };
  return {
    send,
    page,
    all: async (asked, item) => {
      const items: z.output<typeof item>[] = [];
      let next: string | null = null;
      for (let pages = 0; pages < mostPages; pages += 1) {
        const one: Page<z.output<typeof item>> = await page(asked, item, next);
        items.push(...one.items);
        next = one.next;
        if (next === null) return items;
      }
      throw new DestinationError('transient', 'Thinkific gives a list that does not end.');
    },
  };
}

const pageOf = <Form extends z.ZodType>(item: Form) =>
  z.object({
    items: z.array(item),
    meta: z.object({ pagination: z.object({ next_page: z.number().nullish() }) }),
  });

function read<Form extends z.ZodType>(
  { method }: Asked,
  answer: unknown,
  form: Form,
): z.output<Form> {
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new DestinationError(
    'transient',
    'Thinkific answered with something it is not documented to answer.',
    { cause: parsed.error, unknownOutcome: method !== 'GET' },
  );
}

async function request(
  { subdomain, apiKey }: Credentials,
  { method, path, query = {}, body }: Asked,
  io: ConnectorIo,
): Promise<unknown> {
  const asking = { who: 'Thinkific', unknownOutcome: method !== 'GET' };
  const search = new URLSearchParams(query);
  const url = `${origin}/api/public/v1${path}${search.size === 0 ? '' : `?${search}`}`;
  const headers = {
    'x-auth-api-key': apiKey,
    'x-auth-subdomain': subdomain,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await exchange(url, sent, asking, io);
  if (answer.status === 204) return null;
  if (answer.status < 200 || answer.status > 299)
    throw failure(answer, answer.json, { ...asking, now: io.now() });
  if (answer.json === undefined) throw unanswered(asking, new Error('what came is not JSON'));
  return answer.json;
}

/** `/_dev/customers`: every customer without lag, and what staff do to them. */
import { z } from 'zod';
import type { Customer } from '../shop/customer.ts';
import { mergeCustomers } from '../shop/customer-merge.ts';
import { findCustomer } from '../shop/customer-rows.ts';
import { customerView, listViews } from '../shop/customer-view.ts';
import type { Problem } from '../shop/problem.ts';
import type { Shop } from '../shop/shop.ts';
import {
  type StaffInput,
  type StaffResult,
  staffCreate,
  staffDelete,
  staffUpdate,
} from '../shop/staff.ts';
import { isoTime } from '../shop/time.ts';
import { readTimeline } from '../shop/timeline.ts';
import type { ControlRoute } from './control.ts';
import { customerBody, mergeBody, parseBody } from './control-bodies.ts';
import { HttpError, readJson } from './exchange.ts';

const maximumPage = 1000;

export const customerRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET customers': ({ shop }, { url }) => {
    const number = (name: string): number | null => {
      const value = url.searchParams.get(name);
      return value === null || Number.isNaN(Number(value)) ? null : Number(value);
    };
    return listViews(shop, {
      query: url.searchParams.get('query') ?? '',
      limit: Math.min(maximumPage, Math.max(1, number('limit') ?? 50)),
      after: number('after'),
      order: url.searchParams.get('order') === 'newest' ? 'newest' : 'oldest',
    });
  },

  // A list makes them all or, when one is refused, none: the quick way to fill a store.
  'POST customers': async ({ shop }, { request }) => {
    const body = await readJson(request);
    if (!Array.isArray(body)) return created(shop, parseBody(customerBody, body));
    const inputs = parseBody(z.array(customerBody), body);
    return shop.database.transaction(() => {
      for (const input of inputs) refuseProblems(staffCreate(shop, input));
      return { created: inputs.length };
    });
  },

  'GET customers/{id}': ({ shop }, _exchange, id) => {
    const customer = wanted(shop, id);
    const timeline = readTimeline(shop.database, customer.id).map((entry) => ({
      ...entry,
      at: isoTime(entry.at),
    }));
    return { ...customerView(shop, customer), timeline };
  },

  'PATCH customers/{id}': async ({ shop }, { request }, id) => {
    const input = parseBody(customerBody, await readJson(request));
    return customerView(shop, refuseProblems(staffUpdate(shop, wanted(shop, id), input)));
  },

  'POST customers/{id}/merge': async ({ shop }, { request }, id) => {
    const { into } = parseBody(mergeBody, await readJson(request));
    const merge = { deleted: wanted(shop, id), kept: wanted(shop, `${into}`) };
    const merged = mergeCustomers(shop, merge);
    if (!('id' in merged)) throw refusal(409, merged);
    return customerView(shop, merged);
  },

  'DELETE customers/{id}': ({ shop }, _exchange, id) => {
    const customer = wanted(shop, id);
    const problems = staffDelete(shop, customer);
    if (problems.length > 0) throw refusal(409, problems);
    return { deleted: customer.id };
  },
};

function created(shop: Shop, input: StaffInput): object {
  return customerView(shop, refuseProblems(staffCreate(shop, input)));
}

function refuseProblems(result: StaffResult): Customer {
  if ('id' in result) return result;
  throw refusal(422, result);
}

function refusal(status: number, problems: readonly Problem[]): HttpError {
  return new HttpError(status, {
    errors: problems.map(({ field, message }) => ({ field, message })),
  });
}

/** By number or by global id. */
function wanted(shop: Shop, id: string): Customer {
  const customer = findCustomer(shop.database, Number(id.split('/').pop()));
  if (!customer) throw new HttpError(404, { errors: `There is no customer ${id}` });
  return customer;
}

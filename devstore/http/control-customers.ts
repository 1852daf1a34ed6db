/** `/_dev/customers`: every customer without lag, and what staff do to them. */
import { z } from 'zod';
import { parseBody } from '../../standin/body.ts';
import { readJson } from '../../standin/exchange.ts';
import type { Customer } from '../shop/customer.ts';
import { mergeCustomers } from '../shop/customer-merge.ts';
import { customerDocuments, findCustomer } from '../shop/customer-rows.ts';
import { customerView } from '../shop/customer-view.ts';
import type { Shop } from '../shop/shop.ts';
import {
  type StaffInput,
  type StaffResult,
  staffCreate,
  staffDelete,
  staffUpdate,
} from '../shop/staff.ts';
import { listPage } from '../shop/view-list.ts';
import type { ControlRoute } from './control.ts';
import { customerBody, mergeBody } from './control-bodies.ts';
import { found, numberIn, refusal, timelineView, viewRequest } from './control-requests.ts';

export const customerRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET customers': ({ shop }, { url }) => {
    const { items, ...page } = listPage(shop, customerDocuments, viewRequest(url));
    return { customers: items.map((customer) => customerView(shop, customer)), ...page };
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
    return { ...customerView(shop, customer), timeline: timelineView(shop, customer.id) };
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

/** By number or by global id. */
function wanted(shop: Shop, id: string): Customer {
  return found(findCustomer(shop.database, numberIn(id)), id);
}

/** The bodies the control API takes. */
import { z } from 'zod';
import { bulkFaultKinds, deliveryFaultKinds, requestFaultKinds, transfers } from '../faults.ts';
import { complianceTopics } from '../shop/compliance.ts';
import { knownScopes } from '../shop/shop.ts';

export const planBody = z.strictObject({
  plan: z.enum(['standard', 'advanced', 'plus', 'unlimited']),
});

export const appBody = z.strictObject({ url: z.url() });

export const lagBody = z.strictObject({ lagMs: z.number().min(0) });

export const webhookBody = z.strictObject({ timeScale: z.number().min(0) });

/** Null lets bulk operations run as fast as they can, 0 makes them stand still. */
export const bulkBody = z.strictObject({ linesPerSecond: z.number().min(0).nullable() });

export const faultBody = z.strictObject({
  kind: z.enum([...requestFaultKinds, ...deliveryFaultKinds, ...bulkFaultKinds]),
  match: z
    .strictObject({
      operation: z.string().exactOptional(),
      text: z.string().min(1).exactOptional(),
      topic: z.string().exactOptional(),
      transfer: z.enum(transfers).exactOptional(),
    })
    .default({}),
  times: z.number().int().min(1).nullable().default(1),
  probability: z.number().min(0).max(1).default(1),
  seed: z.number().int().default(1),
  delayMs: z.number().min(0).default(30_000),
  status: z.number().int().min(400).max(599).default(500),
  error: z
    .strictObject({
      field: z.array(z.string()).nullable().default(null),
      message: z.string().default('The development store was told to refuse this'),
      code: z.string().nullable().default(null),
    })
    .prefault({}),
  afterLines: z.number().int().min(0).nullable().default(null),
  errorCode: z
    .enum(['ACCESS_DENIED', 'INTERNAL_SERVER_ERROR', 'TIMEOUT'])
    .default('INTERNAL_SERVER_ERROR'),
});

/** `ageSeconds`: how long ago it was given; a token lives a minute. */
export const idTokenBody = z.strictObject({
  user: z.string().min(1).default('42'),
  ageSeconds: z.number().default(0),
  shop: z.string().min(1).exactOptional(),
  secret: z.string().min(1).exactOptional(),
});

export const appTokensBody = z.strictObject({
  accessSeconds: z.number().min(0).exactOptional(),
  refreshSeconds: z.number().min(0).exactOptional(),
  expire: z.enum(['access', 'all']).exactOptional(),
});

export const installBody = z.strictObject({ user: z.string().min(1).default('42') });

/** `customer`: by number, global id or e-mail address; of a request that is about one. */
export const complianceBody = z.strictObject({
  topic: z.enum(complianceTopics),
  customer: z.string().min(1).exactOptional(),
});

export const b2bBody = z.strictObject({ enabled: z.boolean() });

/** Scopes to grant (`true`) or take away. */
export const scopesBody = z.partialRecord(z.enum(knownScopes), z.boolean());

const name = z.string().trim().min(1);
const externalId = z.string().max(64).nullable().exactOptional();

export const locationBody = z.strictObject({ name, externalId });

export const companyBody = z.strictObject({
  name,
  externalId,
  locations: z.array(locationBody).default([]),
});

/** What staff may change of a company: its main contact, by id, or nobody. */
export const companyChangeBody = z.strictObject({
  mainContact: z.union([z.string(), z.number()]).nullable(),
});

/** Whom staff make a contact: a customer's number or global id. */
export const contactBody = z.strictObject({ customer: z.union([z.string(), z.number()]) });

/** A role by its name or id, in a location by its name or id. */
export const roleBody = z.strictObject({ role: name, location: name.exactOptional() });

/** Which customer stays. */
export const mergeBody = z.strictObject({ into: z.union([z.string(), z.number()]) });

const text = z.string().nullable().exactOptional();

const addressBody = z.strictObject({
  id: text,
  firstName: text,
  lastName: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  zip: text,
  phone: text,
  countryCode: text,
  country: text,
  provinceCode: text,
  province: text,
});

const metafieldBody = z.strictObject({
  namespace: z.string().exactOptional(),
  key: z.string(),
  type: z.string().exactOptional(),
  value: z.string(),
});

/** What staff may write of a customer. */
export const customerBody = z.strictObject({
  email: text,
  phone: text,
  firstName: text,
  lastName: text,
  locale: text,
  note: text,
  tags: z.array(z.string()).exactOptional(),
  addresses: z.array(addressBody).exactOptional(),
  state: z.enum(['DECLINED', 'DISABLED', 'ENABLED', 'INVITED']).exactOptional(),
  metafields: z.array(metafieldBody).exactOptional(),
});

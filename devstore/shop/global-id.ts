/** Shopify's global ids: `gid://shopify/Customer/8000000000001`. */

export interface GlobalId {
  readonly type: string;
  readonly number: number;
}

/** The parts of a global id, or undefined when it is none. */
export function parseGlobalId(id: string): GlobalId | undefined {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d{1,15})(?:\?.*)?$/.exec(id);
  return match?.[1] ? { type: match[1], number: Number(match[2]) } : undefined;
}

export function globalId(type: string, number: number): string {
  return `gid://shopify/${type}/${number}`;
}

/** An address says which model it is; Shopify's own addresses of customers look like this. */
export function addressGlobalId(number: number): string {
  return `${globalId('MailingAddress', number)}?model_name=CustomerAddress`;
}

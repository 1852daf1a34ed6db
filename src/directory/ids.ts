import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Random characters that survive being read aloud (Crockford's base 32). */
function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** A new tenant's id. */
export const newTenantId = (): string => randomText(10);

/** A new destination's id. */
export const newDestinationId = (): string => randomText(8);

/** A new token's id. */
export const newTokenId = (): string => randomText(8);

/**
 * A new source's id. It begins with its tenant's, so that the base URL alone says whose it is, and
 * no look-up has to search across tenants.
 */
export const newSourceId = (tenantId: string): string => `${tenantId}-${randomText(8)}`;

const sourceIdForm = /^([0-9a-z]{4,40})-[0-9a-z]{4,40}$/;

/** The tenant of a source id; `null` where the text is none. */
export function tenantOf(sourceId: string): string | null {
  return sourceIdForm.exec(sourceId)?.[1] ?? null;
}

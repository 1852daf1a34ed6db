/** What Shopify's refusals mean for the person they are about. */
import { DestinationError } from '../provisioning/failure.ts';

/** An entry of `userErrors`. */
export interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code?: string | null;
}

/**
 * User errors as a verdict about this person. For somebody new, an e-mail address that was taken in
 * the meantime is looked at again: then it is found, and held or adopted. One that a known customer
 * is to change to, and a phone number of somebody else's, never clear by themselves.
 */
export function refuse(
  errors: readonly UserError[] | undefined,
  taker: 'in the meantime' | 'of another customer' = 'in the meantime',
): void {
  const [error] = errors ?? [];
  if (error === undefined) return;
  const field = error.field?.at(-1) ?? '';
  const taken = error.code === 'TAKEN' || error.message.endsWith('has already been taken');
  if (taken && field !== 'phone' && taker === 'in the meantime')
    throw new DestinationError('transient', `Shopify: ${error.message}`);
  if (error.code === 'NOT_FOUND' || error.message === 'Customer does not exist') {
    throw new DestinationError('transient', 'The customer is gone; it is looked for again.', {
      unknownOutcome: true,
    });
  }
  const mend = taken ? ': another customer has it; change or remove it at the source' : '';
  throw new DestinationError('rejected', `Shopify: ${error.message}${mend}`);
}

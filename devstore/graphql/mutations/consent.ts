/** `customerEmailMarketingConsentUpdate`. */
import type { Customer } from '../../shop/customer.ts';
import { changeCustomer } from '../../shop/customers.ts';
import { type Problem, under } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { apiError } from '../errors.ts';
import { customerOf } from '../ids.ts';
import type { EmailConsentInput } from '../inputs.ts';
import { codedErrors } from './user-errors.ts';

interface ConsentArguments {
  readonly input: {
    readonly customerId: string;
    readonly emailMarketingConsent: EmailConsentInput;
  };
}

export const consentMutations: Fields<undefined> = {
  customerEmailMarketingConsentUpdate: (_, { input }: ConsentArguments, { shop }) => {
    const consent = input.emailMarketingConsent;
    refuseState(consent);
    const before = customerOf(shop, input.customerId);
    if (!before) return { customer: null, userErrors: codedErrors([notFound], ['input']) };
    const problems = consentProblems(shop, consent, ['emailMarketingConsent']);
    if (problems.length > 0)
      return { customer: before, userErrors: codedErrors(problems, ['input']) };
    // Without an address there is nothing to consent to; Shopify answers as if all were well.
    if (before.email === null) return { customer: before, userErrors: [] };
    const after = applyConsent(before, consent);
    return { customer: changeCustomer(shop, 'app', { before, after }), userErrors: [] };
  },
};

/** Only what a customer can decide may be written; the other states are Shopify's own. */
function refuseState({ marketingState }: EmailConsentInput): void {
  if (['SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'].includes(marketingState)) return;
  throw apiError(`Cannot specify ${marketingState} as a marketing state input`, 'INVALID');
}

/** What speaks against a consent, its fields below `prefix`. */
export function consentProblems(
  shop: Shop,
  consent: EmailConsentInput,
  prefix: readonly string[],
): Problem[] {
  refuseState(consent);
  const future = Date.parse(consent.consentUpdatedAt ?? '') > shop.now();
  const pending =
    consent.marketingState === 'PENDING' && consent.marketingOptInLevel !== 'CONFIRMED_OPT_IN';
  return [...(future ? [fromFuture] : []), ...(pending ? [unconfirmed] : [])].map((problem) =>
    under(prefix, problem),
  );
}

/** The customer with the consent; without a time it was given at the last change. */
export function applyConsent(customer: Customer, consent: EmailConsentInput): Customer {
  const updatedAt = Date.parse(consent.consentUpdatedAt ?? '');
  return {
    ...customer,
    emailConsent: {
      marketingState: consent.marketingState,
      marketingOptInLevel: consent.marketingOptInLevel ?? 'SINGLE_OPT_IN',
      updatedAt: Number.isNaN(updatedAt) ? customer.updatedAt : updatedAt,
    },
  };
}

const notFound: Problem = {
  field: ['customerId'],
  message: 'Customer not found',
  code: 'INVALID',
};

const fromFuture: Problem = {
  field: ['consentUpdatedAt'],
  message: 'Consent updated at must not be in the future',
  code: 'INVALID',
};

const unconfirmed: Problem = {
  field: ['marketingOptInLevel'],
  message: 'Marketing opt in level must be confirmed opt-in for pending consent state',
  code: 'INVALID',
};

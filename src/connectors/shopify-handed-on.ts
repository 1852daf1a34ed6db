import { DestinationError } from '../provisioning/failure.ts';
import { ShopifyFailure } from '../shopify/shopify-failure.ts';

/** A failure of the shop's client, as the engine is told of it. */
export function handedOn(error: unknown): unknown {
  if (!(error instanceof ShopifyFailure)) return error;
  const { kind, message, unknownOutcome, pauseMs, reason } = error;
  return new DestinationError(kind, message, {
    cause: error,
    unknownOutcome,
    ...(pauseMs === null ? {} : { pauseMs }),
    ...(reason === null ? {} : { code: reason }),
  });
}

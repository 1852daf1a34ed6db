/** What works on deliveries of webhooks: one for each kind of thing that topics tell of. */
import type pg from 'pg';
import type { JsonObject } from '../model.ts';
import type { ShopOf } from './shop.ts';

/** What a handler needs of the world. */
export interface HandlerWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Gives a tenant's shop, to be read. */
  readonly shopOf: ShopOf;
  /** Ends waiting for a shop. */
  readonly signal: AbortSignal;
  /** Wakes destinations some of whose links are due now. */
  readonly wake: (tenantId: string, destinations: readonly string[]) => void;
}

/** A delivery whose body was read. */
export interface ReadDelivery {
  readonly id: string;
  readonly topic: string;
  readonly body: JsonObject;
  readonly receivedAt: Date;
  /** When it happened, by the shop's clock, where it says so. */
  readonly triggeredAt: Date | null;
}

/** Works on the topics of one kind of thing. */
export interface Handler {
  readonly name: string;
  /**
   * Works on deliveries of one tenant, all at once, so that several about the same thing are one. It
   * may be given the same delivery again, and later ones before earlier ones: it takes what they say
   * as a reason to look, never as the truth.
   * @returns the ids of those that it is to be given again a little later
   * @throws where one of them cannot be worked on; they come again one by one. `ShopUnavailable` counts
   * against none of them.
   */
  work(
    world: HandlerWorld,
    tenantId: string,
    deliveries: readonly ReadDelivery[],
  ): Promise<readonly string[]>;
}

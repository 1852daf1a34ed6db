/**
 * Makes the deliveries of the outbox: signed, at least once, retried eight times over four hours.
 * https://shopify.dev/docs/apps/build/webhooks
 */
import { createHmac } from 'node:crypto';
import type { DeliveryFaultKind, Faults } from './faults.ts';
import { apiVersion } from './graphql/schema.ts';
import type { Shop } from './shop/shop.ts';
import {
  type Delivery,
  dueDeliveries,
  nextDeliveryAt,
  postponeDelivery,
  removeDelivery,
} from './shop/webhook-outbox.ts';

const maximumRetries = 8;
const allRetriesMs = 4 * 60 * 60 * 1000;
const timeoutMs = 5_000;
const concurrency = 8;
const heldBackMs = 5_000;

export interface WebhookSenderOptions {
  readonly shop: Shop;
  /** Where the app takes webhooks, of all topics. */
  readonly url: string;
  readonly clientSecret: string;
  readonly fetch: typeof fetch;
  readonly faults: Faults;
  readonly log: (message: string) => void;
}

export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  /** Multiplies the waits between tries, so that a test need not last four hours. */
  timeScale = 1;
  #timer: NodeJS.Timeout | undefined;
  /** The round of deliveries under way. */
  #round: Promise<void> | undefined;
  #wanted = false;
  readonly #stop = new AbortController();
  /** Deliveries a fault has dealt with already: each is struck once. */
  readonly #struck = new Set<string>();
  /** Deliveries held back until another one has overtaken them. */
  readonly #heldBack = new Map<string, Delivery>();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Looks for due deliveries, now or as soon as the ones under way are made. */
  wake(): void {
    this.#wanted = true;
    if (this.#round || this.#stop.signal.aborted) return;
    this.#round = this.#makeDue().finally(() => {
      this.#round = undefined;
      this.#sleep();
    });
  }

  /** Ends what is under way; a delivery cut short is made again after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #makeDue(): Promise<void> {
    const { database, now } = this.#options.shop;
    while (this.#wanted && !this.#stop.signal.aborted) {
      this.#wanted = false;
      const due = dueDeliveries(database, now(), concurrency);
      await Promise.all(due.map((delivery) => this.#deliver(delivery)));
      if (due.length > 0) this.#wanted = true;
    }
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    const { database, now } = this.#options.shop;
    const next = nextDeliveryAt(database);
    if (next === null) return;
    this.#timer = setTimeout(() => this.wake(), Math.max(10, next - now()));
    this.#timer.unref();
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const fault = this.#struck.has(delivery.id)
      ? undefined
      : this.#options.faults.strikeDelivery(delivery.topic);
    if (fault) {
      this.#struck.add(delivery.id);
      if (this.#strike(delivery, fault.kind, fault.delayMs) === 'handled') return;
    }
    const delivered = await this.#send(delivery);
    if (this.#stop.signal.aborted && !delivered) return;
    if (fault?.kind === 'duplicate') await this.#send(delivery);
    if (!delivered) return this.#retryLater(delivery);
    this.#struck.delete(delivery.id);
    removeDelivery(this.#options.shop.database, delivery);
    this.#releaseHeldBack();
  }

  #strike(
    delivery: Delivery,
    kind: DeliveryFaultKind | string,
    delayMs: number,
  ): 'handled' | 'send' {
    const { database, now } = this.#options.shop;
    const { attempts } = delivery;
    if (kind === 'drop') removeDelivery(database, delivery);
    else if (kind === 'delay')
      postponeDelivery(database, delivery, { attempts, at: now() + delayMs });
    else if (kind === 'reorder') {
      this.#heldBack.set(delivery.id, delivery);
      postponeDelivery(database, delivery, { attempts, at: now() + heldBackMs });
    } else return 'send';
    return 'handled';
  }

  #releaseHeldBack(): void {
    const { database, now } = this.#options.shop;
    for (const delivery of this.#heldBack.values())
      postponeDelivery(database, delivery, { attempts: delivery.attempts, at: now() });
    this.#heldBack.clear();
  }

  #retryLater(delivery: Delivery): void {
    const { database, now } = this.#options.shop;
    const { attempts } = delivery;
    if (attempts >= maximumRetries) {
      this.#options.log(`Webhook ${delivery.topic} ${delivery.id} given up after 8 retries`);
      removeDelivery(database, delivery);
      return;
    }
    const wait = Math.round(retryDelay(attempts) * this.timeScale);
    postponeDelivery(database, delivery, { attempts: attempts + 1, at: now() + wait });
  }

  /** Whether the receiver answered 2xx within five seconds; a redirect is a failure. */
  async #send(delivery: Delivery): Promise<boolean> {
    try {
      const response = await this.#options.fetch(this.#options.url, {
        method: 'POST',
        headers: this.#headers(delivery),
        body: delivery.body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Refused, cut or too slow: the same to the sender, which will try again.
      return false;
    }
  }

  #headers(delivery: Delivery): Record<string, string> {
    return {
      'Content-Type': 'application/json',
      'User-Agent': 'Shopify-Captain-Hook',
      'X-Shopify-Topic': delivery.topic,
      'X-Shopify-Shop-Domain': this.#options.shop.domain,
      'X-Shopify-API-Version': apiVersion,
      'X-Shopify-Webhook-Id': delivery.id,
      'X-Shopify-Event-Id': delivery.eventId,
      'X-Shopify-Triggered-At': new Date(delivery.triggeredAt).toISOString(),
      'X-Shopify-Hmac-Sha256': createHmac('sha256', this.#options.clientSecret)
        .update(delivery.body)
        .digest('base64'),
    };
  }
}

/** Doubling waits whose sum over all retries is four hours. */
function retryDelay(attempts: number): number {
  return (allRetriesMs * 2 ** attempts) / (2 ** maximumRetries - 1);
}

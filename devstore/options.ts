/** The options of a development store, and how the environment says them. */
import { isPlanName, type PlanName } from './plans.ts';

export interface DevStoreOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Loopback unless a test says otherwise. */
  readonly host: string;
  /** The SQLite file, or `:memory:`. */
  readonly data: string;
  readonly shop: string;
  readonly accessToken: string;
  /** The app's name to the store. */
  readonly clientId?: string | undefined;
  /** Signs the webhooks and ID tokens. */
  readonly clientSecret: string;
  /** Where the app takes webhooks, of all topics; without it none are sent. */
  readonly webhookUrl?: string | undefined;
  /** Where the app's pages begin; without it the store's own page cannot show it. */
  readonly appUrl?: string | undefined;
  readonly plan: PlanName;
  /** Whether a store that never had a product begins with some. */
  readonly seed?: boolean | undefined;
  readonly now?: (() => number) | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The options, or every sentence that says what is wrong with them. */
export function optionsFromEnvironment(
  environment: Environment,
): { readonly options: DevStoreOptions } | { readonly faults: readonly string[] } {
  const port = Number(environment.DEVSTORE_PORT ?? 3001);
  const plan = environment.DEVSTORE_PLAN ?? 'standard';
  const seed = environment.DEVSTORE_SEED ?? 'products';
  const faults = [
    ...(Number.isInteger(port) && port >= 0 && port <= 65_535
      ? []
      : ['DEVSTORE_PORT must be a port number']),
    ...(isPlanName(plan)
      ? []
      : ['DEVSTORE_PLAN must be one of standard, advanced, plus, unlimited']),
    ...(['products', 'none'].includes(seed) ? [] : ['DEVSTORE_SEED must be products or none']),
    ...(environment.DEVSTORE_ACCESS_TOKEN ? [] : ['DEVSTORE_ACCESS_TOKEN must be set']),
    ...(environment.DEVSTORE_CLIENT_SECRET ? [] : ['DEVSTORE_CLIENT_SECRET must be set']),
  ];
  if (faults.length > 0 || !isPlanName(plan)) return { faults };
  return {
    options: {
      port,
      host: '127.0.0.1',
      data: environment.DEVSTORE_DATA ?? './data/devstore.sqlite',
      shop: environment.DEVSTORE_SHOP ?? 'rollcall-dev.myshopify.com',
      accessToken: environment.DEVSTORE_ACCESS_TOKEN ?? '',
      clientId: environment.DEVSTORE_CLIENT_ID || undefined,
      clientSecret: environment.DEVSTORE_CLIENT_SECRET ?? '',
      webhookUrl: environment.DEVSTORE_WEBHOOK_URL || undefined,
      appUrl: environment.DEVSTORE_APP_URL || undefined,
      plan,
      seed: seed === 'products',
    },
  };
}

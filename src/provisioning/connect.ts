import type { Logger } from 'pino';
import type { JsonObject } from '../model.ts';
import { isObject } from '../scim/json.ts';
import type { StoredDestination } from '../store/destinations.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Queryable } from '../store/statement.ts';
import { sharedAllowance } from './allowance.ts';
import type { Connector, ConnectorIo, Settings } from './connector.ts';
import { type Limits, usualLimits } from './drain.ts';
import { DestinationError } from './failure.ts';
import type { Measure } from './measure.ts';
import { policySchema } from './policy.ts';
import type { Connected } from './reconcile.ts';

/** What connecting needs of the world. */
export interface ConnectOptions {
  readonly db: Queryable;
  readonly fetch: typeof fetch;
  readonly transfer: typeof fetch;
  readonly now: () => number;
  readonly log: Logger;
  readonly secrets: SecretBox;
  /** Is told what is asked of the remote services. */
  readonly measure: Measure;
  readonly connectorNamed: (name: string) => Connector | null;
  readonly limits?: Limits;
  /** Gives the app as it is installed in a tenant's shop. */
  readonly appOf?: (tenantId: string) => NonNullable<ConnectorIo['app']>;
}

/** `afresh` gives a target that takes nothing for granted, as a probe needs it. */
export type Connect = (destination: StoredDestination, how?: 'afresh') => Connected;

/**
 * Gives destinations their connector, policy and target. A target lives on between slices (it knows
 * what it has prepared) until its settings or policy change.
 */
export function createConnections(options: ConnectOptions): Connect {
  const open = new Map<string, { readonly made: string; readonly connected: Connected }>();
  return (destination, how) => {
    const name = `${destination.tenantId}/${destination.id}`;
    const made = JSON.stringify([
      destination.connector,
      destination.settings,
      destination.secrets,
      destination.policy,
    ]);
    const known = open.get(name);
    if (known?.made === made && how !== 'afresh') return known.connected;
    const connected = connect(destination, options);
    open.set(name, { made, connected });
    return connected;
  };
}

function connect(destination: StoredDestination, options: ConnectOptions): Connected {
  const connector = options.connectorNamed(destination.connector);
  if (connector === null)
    throw new DestinationError('misconfigured', `There is no connector ${destination.connector}.`, {
      code: 'settings_unreadable',
    });
  const policy = policySchema.safeParse(destination.policy);
  if (!policy.success)
    throw new DestinationError('misconfigured', 'The policy cannot be read: save it again.', {
      cause: policy.error,
      code: 'policy_unreadable',
    });
  const key = { tenantId: destination.tenantId, destinationId: destination.id };
  const settings = settingsOf(destination, options.secrets);
  const target = connector.connect(settings, {
    fetch: options.fetch,
    transfer: options.transfer,
    requestMs: (options.limits ?? usualLimits).requestMs,
    attributes: policy.data.mapping.map(({ to }) => to),
    now: options.now,
    log: options.log.child({ destinationId: destination.id }),
    allowance: sharedAllowance(options.db, destination.tenantId, destination.id, {
      used: (request) => options.measure(key, { kind: 'request', ...request }),
      bucket: connector.bucket?.(settings),
    }),
    ...(options.appOf === undefined ? {} : { app: options.appOf(destination.tenantId) }),
  });
  return { connector, policy: policy.data, target };
}

/** Whose secret a sealed value is: bound to it, so that it opens nowhere else. */
export function secretContext(destination: {
  readonly tenantId: string;
  readonly id: string;
}): string {
  return `destination:${destination.tenantId}/${destination.id}`;
}

/**
 * The settings of a destination, its secrets opened.
 * @throws `DestinationError` (misconfigured) where they cannot be opened
 */
export function settingsOf(destination: StoredDestination, secrets: SecretBox): Settings {
  try {
    const sealed = destination.secrets;
    const opened: unknown =
      sealed === null ? {} : JSON.parse(secrets.open(sealed, secretContext(destination)));
    return { ...texts(destination.settings), ...(isObject(opened) ? texts(opened) : {}) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DestinationError('misconfigured', message, { cause, code: 'settings_unreadable' });
  }
}

function texts(values: JsonObject | Readonly<Record<string, unknown>>): Settings {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

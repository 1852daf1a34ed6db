/**
 * The one client for requests that leave Rollcall. A merchant may enter any address, so what it can
 * reach is limited at connect time, after the name was resolved: public addresses over https, unless
 * the operator allows more.
 */

import { lookup as dnsLookup } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, fetch as undiciFetch } from 'undici';
import { AddressRefused } from './failure.ts';

/** What the operator allows. */
export interface OutboundOptions {
  /** Plain http and private, loopback and link-local addresses: for development and closed networks. */
  readonly privateNetwork: 'refused' | 'allowed';
}

const limits = {
  headersTimeout: 20_000,
  bodyTimeout: 20_000,
  maxResponseSize: 20_000_000,
  connections: 64,
};

/** A file may be large, is read as it comes, and is long on its way; but it keeps moving. */
const fileLimits = {
  headersTimeout: 120_000,
  bodyTimeout: 60_000,
  maxResponseSize: 2_000_000_000,
  connections: 8,
};

/** The guarded `fetch`, and the same for whole files. */
export interface Outbound {
  readonly fetch: typeof fetch;
  readonly transfer: typeof fetch;
  close(): Promise<void>;
}

/** Makes the guarded client. No redirect is followed: it could lead to where the address may not. */
export function createOutbound(options: OutboundOptions): Outbound {
  const requests = guardedFetch(options, limits);
  const files = guardedFetch(options, fileLimits);
  return {
    fetch: requests.fetch,
    transfer: files.fetch,
    close: async () => {
      await Promise.all([requests.close(), files.close()]);
    },
  };
}

function guardedFetch(
  { privateNetwork }: OutboundOptions,
  within: typeof limits,
): Pick<Outbound, 'fetch' | 'close'> {
  const guarded = privateNetwork === 'refused';
  const agent = new Agent({
    ...within,
    connect: { timeout: 5_000, ...(guarded ? { lookup: publicLookup } : {}) },
  });
  const send = undiciFetch as unknown as (
    input: string | URL | Request,
    init?: object,
  ) => Promise<Response>;
  return {
    fetch: async (input, init) => {
      if (guarded) assertPublic(new URL(input instanceof Request ? input.url : input));
      const redirect = init?.redirect === 'manual' ? 'manual' : 'error';
      return send(input, { ...init, redirect, dispatcher: agent });
    },
    close: () => agent.close(),
  };
}

/** Literal addresses never reach the resolver, so they are checked here. */
function assertPublic(url: URL): void {
  const fault = addressFault(url, { privateNetwork: 'refused' });
  if (fault !== null) throw new AddressRefused(fault);
}

/**
 * Why an address may not be reached, as far as can be told before its name is resolved; `null` where
 * it may. To be asked when one is entered.
 */
export function addressFault(url: URL, { privateNetwork }: OutboundOptions): string | null {
  if (privateNetwork === 'allowed') return null;
  if (url.protocol !== 'https:') return `${url.origin} is not https: enter an https address.`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isPublic(host) ? `${host} is not a public address.` : null;
}

const publicLookup: typeof dnsLookup = Object.assign(
  ((hostname: string, options: object, callback: (...answer: unknown[]) => void) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error);
      const open = addresses.filter(({ address }) => isPublic(address));
      const [chosen] = open;
      if (chosen === undefined)
        return callback(new AddressRefused(`${hostname} has no public address.`));
      if ('all' in options && options.all === true) return callback(null, open);
      return callback(null, chosen.address, chosen.family);
    });
  }) as typeof dnsLookup,
  { __promisify__: dnsLookup.__promisify__ },
);

function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

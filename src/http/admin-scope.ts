/** Which tenant and source an admin request is about: found before anything else is done. */
import type { FastifyRequest } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { storable } from '../scim/json.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import { findSource, type Source } from '../store/sources.ts';
import { findTenant, type Tenant } from '../store/tenants.ts';
import type { TokenOwner } from '../store/tokens.ts';
import type { Shop, ShopOf } from '../storefront/shop.ts';
import { notFound, type Problem } from './problem.ts';

/** The path of a tenant. */
export interface TenantParams {
  readonly tenantId: string;
}

/** The path of a source. */
export interface SourceParams extends TenantParams {
  readonly sourceId: string;
}

/** The path of a destination. */
export interface DestinationParams extends TenantParams {
  readonly destinationId: string;
}

/** Refuses a path with a text that the database cannot hold: nothing is called that. Throws 404. */
export async function refuseOddPath({
  method,
  params,
  url,
}: Pick<FastifyRequest, 'method' | 'params' | 'url'>): Promise<void> {
  const texts = Object.values(params as Readonly<Record<string, string>>);
  if (texts.some((text) => text !== storable(text)))
    throw notFound(`There is no ${method} ${url.slice(0, 200)}.`);
}

/** The tenant of the path. Throws 404. */
export async function tenantOf(
  pool: DirectoryWorld['pool'],
  { tenantId }: TenantParams,
): Promise<Tenant> {
  const tenant = await findTenant(pool, tenantId);
  if (tenant === null) throw notFound(`There is no tenant ${tenantId}.`);
  return tenant;
}

/** The source of the path, of the tenant of the path, unless it was removed. Throws 404. */
export async function sourceOf(
  pool: DirectoryWorld['pool'],
  { tenantId, sourceId }: SourceParams,
): Promise<Source> {
  const source = await findSource(pool, tenantId, sourceId);
  if (source === null || source.kind === 'former') throw noSuchSource(sourceId);
  return source;
}

/** The destination of the path, of the tenant of the path. Throws 404. */
export async function destinationOf(
  pool: DirectoryWorld['pool'],
  params: DestinationParams,
): Promise<StoredDestination> {
  const { tenantId } = await tenantOf(pool, params);
  const all = await destinationsOf(pool, tenantId);
  const found = all.find(({ id }) => id === params.destinationId);
  if (found === undefined)
    throw notFound(`There is no destination ${params.destinationId} of this tenant.`);
  return found;
}

/** The tenant's shop. Throws 404. */
export async function shopOfTenant(
  shopOf: ShopOf,
  tenantId: string,
  signal: AbortSignal,
): Promise<Shop> {
  const shop = await shopOf(tenantId, signal);
  if (shop === null) throw notFound('This tenant has no shop.');
  return shop;
}

/** 404 for a source there is not, or not in this tenant. */
export function noSuchSource(sourceId: string): Problem {
  return notFound(`There is no source ${sourceId} of this tenant.`);
}

/** The owner of tokens and people that a source is. */
export function ownerOf({ tenantId, id }: Pick<Source, 'tenantId' | 'id'>): TokenOwner {
  return { tenantId, sourceId: id };
}

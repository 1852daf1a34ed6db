/** Tenants on the command line. */
import { createTenant } from '../directory/tenants.ts';
import { baseUrlOf } from '../http/scim-request.ts';
import { findInstallation } from '../store/installations.ts';
import { sourcesOf } from '../store/sources.ts';
import { allTenants } from '../store/tenants.ts';
import { type Context, secretsOf, UsageError } from './context.ts';

/** `tenant create`. */
export async function createTenantCommand({
  config,
  database,
  env,
  options,
}: Context): Promise<string> {
  const { name, shop } = options;
  const accessToken = env.ROLLCALL_SHOP_ACCESS_TOKEN;
  if (name === undefined || shop === undefined)
    throw new UsageError('tenant create needs --name and --shop.');
  if (!/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(shop))
    throw new UsageError('--shop takes a domain like example.myshopify.com.');
  if (accessToken === undefined)
    throw new UsageError(
      'Set ROLLCALL_SHOP_ACCESS_TOKEN to an Admin API access token of the shop.',
    );
  const made = await createTenant(database.pool, await secretsOf(config), {
    name,
    shop: { shop, accessToken },
    switches: 'off',
    shopState: options.paused === true ? 'paused' : 'active',
  });
  const then =
    options.paused === true
      ? [
          'The shop is paused: rollcall preview shows what would be done, rollcall destination activate does it.',
        ]
      : [];
  return [
    `Tenant ${made.tenantId}`,
    `SCIM base URL: ${baseUrlOf(config.publicUrl, made.sourceId)}`,
    `Next: rollcall token create --source ${made.sourceId}, and switch SCIM provisioning on at ${config.publicUrl}/admin`,
    ...then,
  ].join('\n');
}

/** `tenant list`. */
export async function listTenants({ database }: Context): Promise<string> {
  const tenants = await allTenants(database.pool);
  if (tenants.length === 0) return 'No tenants yet: rollcall tenant create';
  const lines = await Promise.all(
    tenants.map(async ({ tenantId, name, shopDomain }) => {
      const sources = await sourcesOf(database.pool, tenantId);
      const installation = await findInstallation(database.pool, tenantId);
      const app = installation === null ? '' : `  app ${installation.state.replaceAll('_', ' ')}`;
      return `${tenantId}  ${name}  ${shopDomain ?? 'no shop'}  ${sources.map(({ id }) => id).join(' ')}${app}`;
    }),
  );
  return lines.join('\n');
}

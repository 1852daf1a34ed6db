/**
 * Which kind of thing a request asked for, of some ten: what requests are counted by. The path itself
 * would have ids in it.
 * @param url the route's pattern; `undefined` where no route was found
 */
export function routeClass(url: string | undefined): string {
  if (url === undefined) return 'none';
  const known = memory.get(url) ?? classes.find(([pattern]) => pattern.test(url))?.[1] ?? 'none';
  memory.set(url, known);
  return known;
}

/** There are as many patterns as routes. */
const memory = new Map<string, string>();

const classes: readonly (readonly [RegExp, string])[] = [
  [/^\/scim\/.*\/\.search$/, 'scim_search'],
  [/^\/scim\/v2\/:source\/Users/, 'scim_users'],
  [/^\/scim\/v2\/:source\/Groups/, 'scim_groups'],
  [/^\/scim\/v2\/:source\/Bulk/, 'scim_bulk'],
  [/^\/scim\/v2\/:source\/Me/, 'scim_me'],
  [/^\/scim\/v2\/:source\/(ServiceProviderConfig|ResourceTypes|Schemas)/, 'scim_discovery'],
  [/^\/scim\/v2\/:source\/?$/, 'scim_search'],
  [/^\/scim\//, 'scim_other'],
  [/^\/(oauth|\.well-known)\//, 'oauth'],
  [/^\/webhooks\//, 'webhooks'],
  [/^\/api\//, 'admin_api'],
  [/^\/me\/:tenantId\/api\//, 'profile_api'],
  [/^\/me\//, 'profile_pages'],
  [/^\/admin|^\/$/, 'admin_pages'],
  [/^\/(healthz|readyz|metrics)$/, 'operations'],
];

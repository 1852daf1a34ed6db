/**
 * Words used everywhere, with one meaning each. Longer explanations: ARCHITECTURE.md.
 *
 * - **tenant**: the isolation boundary; one merchant, one shop.
 * - **source**: who may say who people are: a SCIM connection, the storefront, the local directory.
 * - **resource**: a SCIM User or Group, owned by one source.
 * - **destination**: a connector with settings, a policy and a state.
 * - **account**: what a destination holds, or should hold, for a resource.
 * - **membership**: a set an account belongs to: a customer tag, a course, a group.
 * - **link**: the remembered pair of a resource and its remote account.
 * - **activity**: what was asked, decided and done, for a person to read.
 */

/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** The two kinds of SCIM resource (RFC 7643 §4.1, §4.2). */
export type ResourceKind = 'User' | 'Group';

/**
 * Why a destination's owner must act, in a word: kept with a quarantine, beside its sentence.
 *
 * - `credentials`: the destination does not take them.
 * - `needs_reopening`: the app's tokens for the shop are dead: somebody has to open it in Shopify.
 * - `uninstalled`: the app is not installed in the shop any more; kept with a pause.
 * - `permissions`: it takes them and forbids what is needed.
 * - `shop_unavailable`: it is frozen, locked, closed or gone.
 * - `address_refused`: its address is one that outgoing requests may not reach.
 * - `policy_unreadable`: the scope, the mapping or the policy as a whole cannot be read.
 * - `group_missing`: the policy names a group there is none of.
 * - `settings_unreadable`: the settings or their secrets cannot be read, or no connector reads them.
 * - `request_refused`: it refuses a request as a whole, for another reason.
 * - `failing`: it fails too often for reasons that are nobody's record.
 */
export type ReasonCode =
  | 'credentials'
  | 'needs_reopening'
  | 'uninstalled'
  | 'permissions'
  | 'shop_unavailable'
  | 'address_refused'
  | 'policy_unreadable'
  | 'group_missing'
  | 'settings_unreadable'
  | 'request_refused'
  | 'failing';

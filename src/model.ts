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

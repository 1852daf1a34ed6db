/** Errors as Shopify answers them: a message and a code in `extensions`. */
import { GraphQLError } from 'graphql';

/** An error at the top of an answer; thrown by a resolver it also makes its field null. */
export function apiError(
  message: string,
  code: string,
  extensions: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}

/** What the store says wherever it knows the schema but has no behaviour: never a silent null. */
export function notImplemented(what: string): GraphQLError {
  return apiError(`The development store does not implement ${what}.`, 'NOT_IMPLEMENTED');
}

/** Shopify's refusal of an app without the scope for a field, or of a shop without the plan. */
export function accessDenied(
  field: string,
  requiredAccess = `Access to the ${field} field.`,
): GraphQLError {
  return apiError(
    `Access denied for ${field} field. Required access: ${requiredAccess}`,
    'ACCESS_DENIED',
    { documentation: 'https://shopify.dev/api/usage/access-scopes', requiredAccess },
  );
}

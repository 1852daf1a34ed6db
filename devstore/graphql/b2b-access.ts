/**
 * A shop whose plan has no B2B denies everything about companies. There is no flag to read: an app
 * learns it from the refusal.
 */
import type { GraphQLFieldResolver } from 'graphql';
import type { Context, Fields } from './context.ts';
import { accessDenied } from './errors.ts';

/** The fields, denied wherever the shop has no B2B; `access` says `read` or `write`. */
export function b2bOnly(access: 'read' | 'write', fields: Fields<undefined>): Fields<undefined> {
  const guarded = Object.entries(fields).map(
    ([name, resolve]) => [name, b2bField(access, name, resolve)] as const,
  );
  return Object.fromEntries(guarded);
}

/** One field with the same rule. */
export function b2bField<Source>(
  access: 'read' | 'write',
  name: string,
  resolve: GraphQLFieldResolver<Source, Context>,
): GraphQLFieldResolver<Source, Context> {
  return (source, args, context, info) => {
    if (!context.shop.live.b2b)
      throw accessDenied(
        name,
        `\`${access}_customers\` access scope or \`${access}_companies\` access scope. Also: The shop must have access to B2B. Some operations may require additional plan capabilities.`,
      );
    return resolve(source, args, context, info);
  };
}

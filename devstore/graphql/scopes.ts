/** Fields an app may read only with the scope the merchant granted it. */
import type { GraphQLFieldResolver } from 'graphql';
import type { Scope, Shop } from '../shop/shop.ts';
import type { Context, Fields } from './context.ts';
import { accessDenied } from './errors.ts';

/** The fields, denied wherever the app lacks the scope. */
export function withScope<Source>(scope: Scope, fields: Fields<Source>): Fields<Source> {
  const guarded = Object.entries(fields).map(
    ([name, resolve]) => [name, scopedField(scope, name, resolve)] as const,
  );
  return Object.fromEntries(guarded);
}

/** The refusal, where the app lacks the scope. */
export function requireScope({ live }: Shop, scope: Scope, field: string): void {
  if (!live.scopes.has(scope)) throw accessDenied(field, `\`${scope}\` access scope.`);
}

function scopedField<Source>(
  scope: Scope,
  name: string,
  resolve: GraphQLFieldResolver<Source, Context>,
): GraphQLFieldResolver<Source, Context> {
  return (source, args, context, info) => {
    requireScope(context.shop, scope, name);
    return resolve(source, args, context, info);
  };
}

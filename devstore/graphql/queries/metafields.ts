/** `metafieldDefinition`, `metafieldDefinitions`. */
import {
  findDefinition,
  listDefinitions,
  resolveNamespace,
} from '../../shop/metafield-definitions.ts';
import { listConnection } from '../connection.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { customerOf } from '../ids.ts';
import type { PageArguments } from '../inputs.ts';

interface DefinitionsArguments extends PageArguments {
  readonly ownerType: string;
  readonly namespace?: string | null;
  readonly key?: string | null;
  readonly query?: string | null;
}

interface DefinitionArguments {
  readonly identifier?: {
    readonly ownerType: string;
    readonly namespace?: string | null;
    readonly key: string;
  } | null;
}

export const metafieldQueries: Fields<undefined> = {
  metafieldDefinition: (_, { identifier }: DefinitionArguments, { shop }) => {
    if (!identifier) throw notImplemented('metafieldDefinition by id');
    const namespace = resolveNamespace(identifier.namespace);
    return (
      findDefinition(shop.database, identifier.ownerType, { namespace, key: identifier.key }) ??
      null
    );
  },

  metafieldDefinitions: (_, args: DefinitionsArguments, { shop }) => {
    if (args.query) throw notImplemented('metafieldDefinitions(query:)');
    const namespace = args.namespace ? resolveNamespace(args.namespace) : null;
    const list = listDefinitions(shop.database, args.ownerType).filter(
      (definition) =>
        (!namespace || definition.namespace === namespace) &&
        (!args.key || definition.key === args.key),
    );
    return listConnection(list, args);
  },
};

/** The owner of a metafield; customers are the only owners this store knows. */
export function metafieldOwner(shop: Parameters<typeof customerOf>[0], ownerId: string) {
  if (!ownerId.startsWith('gid://shopify/Customer/'))
    throw notImplemented(`metafields of ${ownerId}`);
  return customerOf(shop, ownerId);
}

/** `metafieldsSet`, `metafieldsDelete`, `metafieldDefinitionCreate`. */
import type { Customer } from '../../shop/customer.ts';
import { touchCustomer } from '../../shop/customers.ts';
import {
  createDefinition,
  isForeignNamespace,
  resolveNamespace,
} from '../../shop/metafield-definitions.ts';
import {
  deleteMetafield,
  type Metafield,
  type MetafieldWrite,
  metafieldProblems,
  writeMetafield,
} from '../../shop/metafields.ts';
import { type Problem, under } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { accessDenied, notImplemented } from '../errors.ts';
import type {
  MetafieldDefinitionInput,
  MetafieldIdentifier,
  MetafieldsSetInput,
} from '../inputs.ts';
import { metafieldOwner } from '../queries/metafields.ts';
import { codedErrors, plainErrors } from './user-errors.ts';

const maximumMetafields = 25;

export const metafieldMutations: Fields<undefined> = {
  // Atomic: one bad value and none is written.
  metafieldsSet: (_, { metafields }: { metafields: readonly MetafieldsSetInput[] }, { shop }) =>
    shop.database.transaction(() => {
      if (metafields.length > maximumMetafields) return setRefused([tooMany]);
      const planned = planWrites(shop, metafields);
      const problems = planned.flatMap((plan) => plan.problems);
      if (problems.length > 0) return setRefused(problems);
      const written = planned.map(({ write }) => writeMetafield(shop, write));
      touchOwners(
        shop,
        planned.flatMap(({ owner }) => owner ?? []),
        `Metafields set: ${keys(written)}`,
      );
      return { metafields: written, userErrors: [] };
    }),

  metafieldsDelete: (_, args: { metafields: readonly MetafieldIdentifier[] }, { shop }) =>
    shop.database.transaction(() => {
      const deleted = args.metafields.map((given) => deleteOne(shop, given));
      const gone = deleted.flatMap((item) => item ?? []);
      const owners = gone.map(({ owner }) => owner);
      touchOwners(shop, owners, `Metafields deleted: ${keys(gone)}`);
      return { deletedMetafields: deleted, userErrors: plainErrors([]) };
    }),

  metafieldDefinitionCreate: (_, args: { definition: MetafieldDefinitionInput }, { shop }) => {
    const input = args.definition;
    if (input.ownerType !== 'CUSTOMER')
      throw notImplemented(`metafield definitions of ${input.ownerType}`);
    const namespace = resolveNamespace(input.namespace);
    if (isForeignNamespace(namespace)) throw accessDenied('metafieldDefinitionCreate');
    const created = createDefinition(shop, {
      ownerType: input.ownerType,
      namespace,
      key: input.key,
      name: input.name,
      description: input.description ?? null,
      type: input.type,
      uniqueValues: input.capabilities?.uniqueValues?.enabled ?? false,
      uniqueValuesRefused: input.capabilities?.uniqueValues?.enabled === false,
      adminFilterable: input.capabilities?.adminFilterable?.enabled ?? false,
      access: {
        admin: input.access?.admin ?? 'PUBLIC_READ_WRITE',
        storefront: input.access?.storefront ?? 'NONE',
        customerAccount: input.access?.customerAccount ?? 'NONE',
      },
    });
    return 'id' in created
      ? { createdDefinition: created, userErrors: [] }
      : { createdDefinition: null, userErrors: codedErrors(created, ['definition']) };
  },
};

interface PlannedWrite {
  readonly owner: Customer | undefined;
  readonly write: MetafieldWrite;
  readonly problems: readonly Problem[];
}

function planWrites(shop: Shop, metafields: readonly MetafieldsSetInput[]): PlannedWrite[] {
  const planned: PlannedWrite[] = [];
  for (const [index, given] of metafields.entries()) {
    const owner = metafieldOwner(shop, given.ownerId);
    const write = writeOf(owner, given);
    const earlier = planned.map((plan) => plan.write);
    const problems = owner ? metafieldProblems(shop, write, earlier) : [noOwner];
    const path = ['metafields', `${index}`];
    planned.push({ owner, write, problems: problems.map((problem) => under(path, problem)) });
  }
  return planned;
}

function writeOf(owner: Customer | undefined, given: MetafieldsSetInput): MetafieldWrite {
  return {
    ownerType: 'CUSTOMER',
    ownerId: owner?.id ?? 0,
    namespace: resolveNamespace(given.namespace),
    key: given.key,
    type: given.type ?? null,
    value: given.value,
    compareDigest: given.compareDigest,
  };
}

function deleteOne(shop: Shop, given: MetafieldIdentifier) {
  const owner = metafieldOwner(shop, given.ownerId);
  if (!owner) return null;
  const namespace = resolveNamespace(given.namespace);
  const place = { ownerType: 'CUSTOMER', ownerId: owner.id, namespace, key: given.key };
  return deleteMetafield(shop.database, place)
    ? { ownerId: given.ownerId, namespace, key: given.key, owner }
    : null;
}

function touchOwners(shop: Shop, owners: readonly Customer[], message: string): void {
  const distinct = new Map(owners.map((owner) => [owner.id, owner]));
  for (const owner of distinct.values())
    touchCustomer(shop, 'app', { before: owner, after: owner, message });
}

const keys = (metafields: readonly Pick<Metafield, 'key'>[]): string =>
  metafields.map(({ key }) => key).join(', ');

const setRefused = (problems: readonly Problem[]) => ({
  metafields: [],
  userErrors: codedErrors(problems, []).map((error) => ({ ...error, elementIndex: null })),
});

const tooMany: Problem = {
  field: ['metafields'],
  message: `Exceeded the maximum metafields input limit of ${maximumMetafields}.`,
  code: 'LESS_THAN_OR_EQUAL_TO',
};

const noOwner: Problem = {
  field: ['ownerId'],
  message: 'Owner does not exist.',
  code: 'INVALID',
};

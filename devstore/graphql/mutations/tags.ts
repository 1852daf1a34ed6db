/** `tagsAdd`, `tagsRemove`, for customers. */
import type { Customer } from '../../shop/customer.ts';
import { findCustomer } from '../../shop/customer-rows.ts';
import { changeCustomer } from '../../shop/customers.ts';
import type { Problem } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import { normaliseTags, tagProblems, withoutTags } from '../../shop/tags.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { globalIdOf } from '../ids.ts';
import { plainErrors } from './user-errors.ts';

interface TagArguments {
  readonly id: string;
  readonly tags: readonly string[];
}

export const tagMutations: Fields<undefined> = {
  tagsAdd: (_, args: TagArguments, { shop }) =>
    retag(shop, args.id, (tags) => normaliseTags([...tags, ...args.tags])),
  tagsRemove: (_, args: TagArguments, { shop }) =>
    retag(shop, args.id, (tags) => withoutTags(tags, args.tags)),
};

function retag(shop: Shop, id: string, change: (tags: readonly string[]) => readonly string[]) {
  return shop.database.transaction(() => {
    const before = taggedCustomer(shop, id);
    if (!before) return refused([doesNotExist]);
    const tags = change(before.tags);
    const problems = tagProblems(tags);
    if (problems.length > 0) return refused(problems);
    const node = changeCustomer(shop, 'app', { before, after: { ...before, tags } });
    return { node, userErrors: [] };
  });
}

function taggedCustomer(shop: Shop, id: string): Customer | undefined {
  const { type, number } = globalIdOf(id);
  if (type !== 'Customer') throw notImplemented(`tags of ${type}`);
  return findCustomer(shop.database, number);
}

const doesNotExist: Problem = { field: ['id'], message: 'Customer does not exist', code: null };

const refused = (problems: readonly Problem[]) => ({
  node: null,
  userErrors: plainErrors(problems),
});

/** What is sold, in words. */
import type { Match } from './offers.ts';

/** What an offer is about: until the shop told its name, by its number. */
export function useSoldName(match: Match): string {
  if ('sku' in match) return `SKU ${match.sku}`;
  const number = ('product' in match ? match.product : match.variant).split('/').at(-1);
  return `${'product' in match ? 'Product' : 'Variant'} ${number}`;
}

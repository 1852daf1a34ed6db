/** Products changed in the shop: whoever made an offer for one that is gone is told. */
import { offerSchema } from '../courses/offer.ts';
import * as operations from '../shopify/operations.generated.ts';
import { raiseNotice } from '../store/notices.ts';
import { offersInForce } from '../store/offers.ts';
import type { Handler, HandlerWorld } from './handler.ts';

/** Works on the topics of products. */
export const productsChanged: Handler = { name: 'products', work };

/** Asks for all that offers are about, whichever product was told of: a request, and no doubt is left. */
async function work(world: HandlerWorld, tenantId: string): Promise<readonly string[]> {
  const { pool, shopOf, signal } = world;
  const offers = (await offersInForce(pool, tenantId)).flatMap((offer) => {
    const { match } = offerSchema.parse(offer.terms);
    if ('sku' in match) return [];
    return [{ ...offer, soldId: 'product' in match ? match.product : match.variant }];
  });
  const shop = offers.length === 0 ? null : await shopOf(tenantId, signal);
  if (shop === null) return [];
  const ids = [...new Set(offers.map(({ soldId }) => soldId))].slice(0, mostAtOnce);
  const { nodes } = await shop.ask(operations.ProductsSold, { ids });
  const gone = new Set(ids.filter((_, index) => nodes[index] == null));
  for (const { id, version, name } of offers.filter(({ soldId }) => gone.has(soldId)))
    await raiseNotice(pool, tenantId, {
      kind: 'offer.product_gone',
      destinationId: null,
      code: null,
      message: `What the offer “${name}” is about was deleted in the shop: nobody can buy it any more. Give the offer another product, or withdraw it.`,
      detail: { offerId: id },
      once: `product gone ${id} ${version}`,
    });
  return [];
}

/** The most ids that Shopify takes in one request. */
const mostAtOnce = 250;

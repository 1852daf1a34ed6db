/** What a new store sells: courses, and one thing that is none. */
import { createProduct, type ProductInput } from './products.ts';
import type { Shop } from './shop.ts';

const course = { productType: 'Course', tags: ['course'] } as const;

const products: readonly ProductInput[] = [
  {
    ...course,
    title: 'Welding 101',
    descriptionHtml: '<p>From the first spark to a clean bead, in six evenings.</p>',
    variants: [
      { title: 'Self-paced', sku: 'WELD-101', price: '149.00' },
      { title: 'With tutor', sku: 'WELD-101-TUTOR', price: '299.00' },
    ],
  },
  {
    ...course,
    title: 'Welding 201',
    descriptionHtml: '<p>Pipes, positions and an examination at the end.</p>',
    variants: [{ sku: 'WELD-201', price: '349.00' }],
  },
  {
    ...course,
    title: 'First Aid',
    descriptionHtml: '<p>What to do until the ambulance is there.</p>',
    variants: [{ sku: 'FIRST-AID', price: '59.00' }],
  },
  {
    ...course,
    title: 'Workplace Safety',
    descriptionHtml: '<p>The yearly briefing, for everybody in the workshop.</p>',
    variants: [{ sku: 'SAFETY', price: '29.00' }],
  },
  {
    title: 'Welding helmet',
    productType: 'Equipment',
    descriptionHtml: '<p>Darkens by itself. No course.</p>',
    variants: [{ sku: 'HELMET', price: '89.00', requiresShipping: true }],
  },
];

/** Fills a store that never had a product. They were there before the app was: nobody is told. */
export function seedProducts(shop: Shop): void {
  const { database } = shop;
  const hadSome = database.statement("SELECT 1 FROM counters WHERE name = 'product'").get();
  if (hadSome) return;
  database.transaction(() => {
    for (const product of products) createProduct({ ...shop, sendsWebhooks: false }, product);
  });
}

/** The resource picker, for products: what is chosen goes back to the app as App Bridge gives it. */
import { openDialog } from './dialog.js';
import { element } from './dom.js';
import { ask } from './store.js';

/** Resolves with the products that were chosen; `null` where it was closed. */
export async function pickProducts({ multiple = false }) {
  const { products } = await ask('GET', 'products?limit=250');
  return new Promise((resolve) => {
    const fields = products.map((product) => {
      const id = `pick-${product.number}`;
      return element(
        'div',
        { class: 'choice' },
        element('input', {
          id,
          type: multiple ? 'checkbox' : 'radio',
          name: 'product',
          value: product.id,
        }),
        element('label', { for: id }, product.title),
      );
    });
    openDialog({
      title: multiple ? 'Add products' : 'Add product',
      fields,
      label: 'Add',
      act: async () => {
        const ticked = document.querySelectorAll('dialog input[name=product]:checked');
        const chosen = [...ticked].map(({ value }) => value);
        resolve(products.filter(({ id }) => chosen.includes(id)).map(picked));
      },
    });
    document.querySelector('dialog').addEventListener('close', () => resolve(null));
  });
}

function picked({ id, title, handle, variants }) {
  return {
    id,
    title,
    handle,
    images: [],
    variants: variants.map((variant) => ({
      id: variant.id,
      title: variant.title,
      sku: variant.sku,
    })),
  };
}

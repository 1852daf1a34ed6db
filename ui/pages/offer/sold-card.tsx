/** What is sold: a product, one variant of it, or stock-keeping units. */
import { useState } from 'react';
import { type Faults, fieldId } from '../../parts/faults.ts';
import type { Match } from '../courses/offers.ts';
import { type Product, useSoldName } from '../courses/sold.ts';
import type { Draft } from './draft.ts';
import { ProductPicker } from './product-picker.tsx';

/** What every card of the editor takes. */
export interface CardProps {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  readonly faults: Faults;
}

/** The card. */
export function SoldCard({ draft, change, faults }: CardProps) {
  const { soldBy, sku } = draft;
  return (
    <s-section heading="What is sold">
      <div className="stack">
        <s-choice-list
          label="The offer is about"
          values={[soldBy]}
          onChange={({ currentTarget }) =>
            change({ soldBy: (currentTarget.values[0] ?? 'product') as Draft['soldBy'] })
          }
        >
          <s-choice value="product">
            A product
            <s-text slot="details">Whichever variant of it is bought.</s-text>
          </s-choice>
          <s-choice value="variant">One variant of a product</s-choice>
          <s-choice value="sku">
            Stock-keeping units (SKU)
            <s-text slot="details">
              Several products and variants at once, by the pattern of their SKUs.
            </s-text>
          </s-choice>
        </s-choice-list>
        {soldBy === 'sku' ? (
          <s-text-field
            id={fieldId('sku')}
            label="SKU"
            value={sku}
            details="* stands for any characters: WELD-* is every SKU that begins with WELD-."
            error={faults.of('sku')}
            onInput={({ currentTarget }) => change({ sku: currentTarget.value })}
          />
        ) : (
          <ProductField draft={draft} change={change} faults={faults} />
        )}
      </div>
    </s-section>
  );
}

function ProductField({ draft, change, faults }: CardProps) {
  const { soldBy, productId, variantId, name } = draft;
  const [product, setProduct] = useState<Product | null>(null);
  const known = product?.id === productId ? product : null;
  const match = matchOf(draft);
  const soldName = useSoldName(match === null || known !== null ? [] : [match]);
  const title = known?.title ?? (match === null ? null : soldName(match));
  const pick = (picked: Product) => {
    setProduct(picked);
    const only = picked.variants.length === 1 ? (picked.variants[0]?.id ?? '') : '';
    change({
      productId: picked.id,
      variantId: only,
      ...(name === '' ? { name: picked.title } : {}),
    });
  };
  return (
    <>
      <div className="row" id={fieldId('sold')} tabIndex={-1}>
        {title === null ? null : <b className="chosen">{title}</b>}
        <ProductPicker chosen={productId} onPick={pick} />
      </div>
      <p className="fault" role="alert">
        {faults.of('sold')}
      </p>
      {soldBy === 'variant' && known !== null ? (
        <s-select
          id={fieldId('variant')}
          label="Variant"
          value={variantId}
          placeholder="Choose a variant"
          error={faults.of('variant')}
          onChange={({ currentTarget }) => change({ variantId: currentTarget.value })}
        >
          {known.variants.map(({ id, title, sku }) => (
            <s-option key={id} value={id}>
              {[title ?? known.title, ...(sku === null ? [] : [`SKU ${sku}`])].join(', ')}
            </s-option>
          ))}
        </s-select>
      ) : null}
    </>
  );
}

/** What is chosen; `null`: nothing yet. */
function matchOf({ soldBy, productId, variantId }: Draft): Match | null {
  if (soldBy === 'variant' && variantId !== '') return { variant: variantId };
  return productId === '' ? null : { product: productId };
}

/** Picks a product: inside the Shopify admin with Shopify's own picker, elsewhere with a search of ours. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, longPatienceMs, sentenceOf } from '../../api/client.ts';
import { PickDialog } from '../../parts/pick.tsx';
import { useTenant } from '../../shell/tenant.ts';
import type { Product } from '../courses/sold.ts';

interface ProductPickerProps {
  readonly chosen: string;
  readonly onPick: (product: Product) => void;
}

/** The button that opens it. */
export function ProductPicker({ chosen, onPick }: ProductPickerProps) {
  const [open, setOpen] = useState(false);
  const [fault, setFault] = useState('');
  const { shopify } = window;
  const press = async () => {
    setFault('');
    if (shopify?.resourcePicker === undefined) return setOpen(true);
    try {
      const [product] = (await shopify.resourcePicker({ type: 'product', multiple: false })) ?? [];
      if (product !== undefined) onPick(productOf(product));
    } catch (error) {
      setFault(sentenceOf(error));
    }
  };
  return (
    <>
      <s-button onClick={() => void press()}>
        {chosen === '' ? 'Choose product' : 'Change product'}
      </s-button>
      {fault === '' ? null : (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {open ? <Search chosen={chosen} onPick={onPick} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface Picked {
  readonly id: string;
  readonly title: string;
  readonly variants: readonly {
    readonly id?: string;
    readonly title?: string;
    readonly sku?: string | null;
  }[];
}

/** As Shopify's picker gives it. */
function productOf({ id, title, variants }: Picked): Product {
  return {
    ...{ id, title },
    variants: variants.flatMap((variant) =>
      variant.id === undefined
        ? []
        : [
            {
              id: variant.id,
              title: variant.title === 'Default Title' ? null : (variant.title ?? null),
              sku: variant.sku ?? null,
            },
          ],
    ),
  };
}

interface Page {
  readonly products: readonly Product[];
  readonly next: string | null;
}

function Search({
  chosen,
  onPick,
  onClose,
}: ProductPickerProps & { readonly onClose: () => void }) {
  const { tenantId } = useTenant();
  const [words, setWords] = useState('');
  const answer = useInfiniteQuery({
    queryKey: ['products', tenantId, words],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`;
      const query = `query=${encodeURIComponent(words)}${cursor}`;
      return ask<Page>(`/tenants/${tenantId}/shop/products?${query}`, {
        signal,
        patienceMs: longPatienceMs,
      });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const products = answer.data?.pages.flatMap((page) => page.products);
  return (
    <PickDialog
      title="Choose a product"
      searchLabel="Search products"
      found={products?.map(({ id, title, variants }) => ({
        id,
        label: title,
        more: variantWords(variants),
      }))}
      error={answer.error}
      onSearch={setWords}
      picked={[chosen]}
      onPick={(id) => {
        const product = products?.find((one) => one.id === id);
        if (product !== undefined) onPick(product);
      }}
      onClose={onClose}
      single
      onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
      none="No product of your shop fits."
    />
  );
}

function variantWords(variants: Product['variants']): string {
  const skus = variants.flatMap(({ sku }) => sku ?? []);
  const shown = skus.slice(0, 3).join(', ');
  if (variants.length === 1) return shown === '' ? '' : `SKU ${shown}`;
  return `${variants.length} variants${shown === '' ? '' : `: ${shown}${skus.length > 3 ? '…' : ''}`}`;
}

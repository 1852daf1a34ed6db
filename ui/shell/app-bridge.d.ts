/** App Bridge, which Shopify's CDN brings, as far as the pages use it. */
import type { ShopifyGlobal } from '@shopify/app-bridge-types';
import type { ReactNode } from 'react';

declare global {
  interface Window {
    /** There inside the Shopify admin alone. */
    readonly shopify?: ShopifyGlobal;
  }
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      's-app-nav': { readonly children?: ReactNode };
      'ui-save-bar': { readonly id: string; readonly children: ReactNode };
    }
  }
}

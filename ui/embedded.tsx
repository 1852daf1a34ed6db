/**
 * The pages inside the Shopify admin. App Bridge adds an ID token to what is asked of the API; the elements are
 * Polaris's from Shopify's CDN, and ours where that did not arrive.
 */
import { openApp } from './app.tsx';
import { Opening } from './shell/opening.tsx';

if (customElements.get('s-page') === undefined) await import('./elements/index.ts');
void openApp(<Opening />, null);

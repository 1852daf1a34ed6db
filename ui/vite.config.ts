/**
 * Builds the pages: `standalone.html` for an operator's browser, `embedded.html` for the Shopify admin, and
 * `profile.html` for people of a directory. The server fills in what depends on the shop and on the request.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (file: string) => new URL(file, import.meta.url).pathname;

export default defineConfig({
  root: here('.'),
  base: '/assets/',
  publicDir: 'static',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    assetsDir: '.',
    target: 'es2023',
    rollupOptions: {
      input: ['standalone', 'embedded', 'profile'].map((name) => here(`${name}.html`)),
    },
  },
});

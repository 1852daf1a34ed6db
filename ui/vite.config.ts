/**
 * Builds the pages: `standalone.html` for an operator's browser, `embedded.html` for the Shopify admin, and
 * `profile.html` for people of a directory. The server fills in what depends on the shop and on the request.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (file: string) => new URL(file, import.meta.url).pathname;

const packers = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Puts each file beside itself as browsers take it over a slow line: the server has nothing to do but choose. */
const packed: Plugin = {
  name: 'packed',
  async writeBundle(_options, bundle) {
    const names = Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file));
    await Promise.all(
      names.map(async (name) => {
        const file = here(`dist/${name}`);
        const content = await readFile(file);
        for (const [ending, pack] of Object.entries(packers))
          await writeFile(`${file}.${ending}`, await pack(content));
      }),
    );
  },
};

/** Lets the documents load `shell/ahead.ts` at once with what shows the page. */
const ahead: Plugin = {
  name: 'ahead',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunk = Object.values(bundle).find(
        (one) => one.type === 'chunk' && one.name === 'ahead',
      );
      if (chunk?.type !== 'chunk' || html.includes('/profile-')) return [];
      // Else it would wait until the page is there, as the script before it does.
      const attrs = {
        type: 'module',
        async: true,
        crossorigin: true,
        src: `/assets/${chunk.fileName}`,
      };
      // App Bridge has to be the first script.
      return [{ tag: 'script', attrs, injectTo: 'head' }];
    },
  },
};

export default defineConfig({
  root: here('.'),
  base: '/assets/',
  publicDir: 'static',
  logLevel: 'warn',
  plugins: [react(), ahead, packed],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    assetsDir: '.',
    target: 'es2023',
    rollupOptions: {
      // How long a build takes on a busy machine is no warning to whoever installs.
      checks: { pluginTimings: false },
      input: ['standalone.html', 'embedded.html', 'profile.html', 'shell/ahead.ts'].map(here),
      output: {
        // A page is one file, and what several share a few: each file of its own costs a way to the server.
        codeSplitting: {
          groups: [
            {
              name: 'routes',
              test: /regexparam|ui\/shell\/(routes|ahead)\.ts|preload-helper/,
              priority: 3,
            },
            { name: 'elements', test: /node_modules\/@?lit|ui\/elements/, priority: 2 },
            { name: 'vendor', test: /node_modules/, priority: 1 },
            { name: 'parts', test: /ui\/(api|parts|shell)\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
});

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

export default defineConfig({
  root: here('.'),
  base: '/assets/',
  publicDir: 'static',
  logLevel: 'warn',
  plugins: [react(), packed],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    assetsDir: '.',
    target: 'es2023',
    rollupOptions: {
      // How long a build takes on a busy machine is no warning to whoever installs.
      checks: { pluginTimings: false },
      input: ['standalone', 'embedded', 'profile'].map((name) => here(`${name}.html`)),
    },
  },
});

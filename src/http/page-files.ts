/** The built pages of `ui/`: their files, and the documents that load them. */
import { readFile } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const built = new URL('../../ui/dist/', import.meta.url);

/** A document as it was built. Throws a sentence where it was not. */
export async function pageDocument(name: 'standalone' | 'embedded' | 'profile'): Promise<string> {
  return readFile(new URL(`${name}.html`, built), 'utf8').catch((cause: unknown) => {
    throw new Error('The pages are not built: run npm run build.', { cause });
  });
}

/** Sends a document; what it loads has names of its own, so that it alone must be asked for again. */
export function sendDocument(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
}

/** Adds scripts, styles and drawings, which say nothing of anybody; to be registered under `/assets`. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: built,
    index: false,
    preCompressed: true,
    // Each name but the icon's carries a hash of what is in the file.
    cacheControl: false,
    setHeaders: (reply, path) =>
      reply.header(
        'cache-control',
        /-[\w-]{8}\.\w+(\.br|\.gz)?$/.test(path)
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
      ),
  });
}

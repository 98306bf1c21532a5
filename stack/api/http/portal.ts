import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';

const YEAR_SECONDS = 31_536_000;
/** A file beside the page, such as favicon.svg; addresses of pages hold no dot in a first and only part. */
const ROOT_FILE = /^\/[a-z0-9-]+\.[a-z0-9]+$/;

/**
 * The built portal: hashed assets for ever, and its one page for every path that is not the API's. Files are looked up
 * when they are asked for, because on a first start the portal is built while the API already listens.
 */
export async function addPortal(app: FastifyInstance, folder: string): Promise<void> {
  const page = join(folder, 'index.html');
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  app.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (path.startsWith('/api/')) return reply.callNotFound();
    if (path.startsWith('/assets/')) {
      const isThere = existsSync(join(folder, path));
      return isThere
        ? reply
            .header('cache-control', `public, max-age=${String(YEAR_SECONDS)}, immutable`)
            .sendFile(path.slice(1))
        : reply.callNotFound();
    }
    if (ROOT_FILE.test(path)) {
      return existsSync(join(folder, path))
        ? reply.header('cache-control', 'no-cache').sendFile(path.slice(1))
        : reply.callNotFound();
    }
    if (!existsSync(page)) {
      throw new MiddleError('not_found', 'the portal has not been built', {
        hint: 'Run: npm run build -w stack/portal',
      });
    }
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(createReadStream(page));
  });
}

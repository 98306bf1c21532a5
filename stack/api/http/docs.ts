import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { API_PREFIX } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';

/** The OpenAPI document, made when first asked for, and the page to browse it. */
export function addDocs(app: FastifyInstance, release: string): void {
  let document: string | null = null;
  app.get('/api/openapi.json', async (_request, reply) => {
    if (document === null) {
      const { openApiDocument } = await import('../openapi.ts');
      document = JSON.stringify(openApiDocument(release));
    }
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(document);
  });
  app.get('/api/docs', async (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', DOCS_POLICY)
      .send(docsPage('/api/openapi.json')),
  );
  // The document itself asks who is there; the page holds nothing of the account.
  app.get('/api/docs/accounts/:account', async (request, reply) => {
    const { account = '' }: Record<string, string> = Object(request.params);
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', DOCS_POLICY)
      .send(docsPage(`${API_PREFIX}/accounts/${encodeURIComponent(account)}/endpoints/openapi`));
  });
  app.get('/api/docs/scalar.js', async (_request, reply) => {
    const script = await readScalar();
    return reply
      .header('content-type', 'text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(script);
  });
  app.get('/api/docs/start.js', async (_request, reply) =>
    reply.header('content-type', 'text/javascript; charset=utf-8').send(START),
  );
}

/** The reference compiles templates and styles itself. It runs on its own page, and may still reach nothing but us. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'";

const START = `Scalar.createApiReference('#reference', {
  url: document.querySelector('#reference').dataset.document, withDefaultFonts: false, telemetry: false, hideClientButton: true,
  agent: { disabled: true }, mcp: { disabled: true }, showDeveloperTools: 'never',
});`;

/** @param document its address, of characters that need no escaping in an attribute */
const docsPage = (document: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Middle API</title></head>
<body><div id="reference" data-document="${document}"></div><script src="/api/docs/scalar.js"></script><script src="/api/docs/start.js"></script></body>
</html>`;

/**
 * The package keeps its 5 MB of script inside the plugin's own code. A thread that ends gives back the memory which
 * loading that takes.
 */
async function readScalar(): Promise<Buffer> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(new URL('docs-worker.ts', import.meta.url));
  const [script]: unknown[] = await once(worker, 'message');
  await worker.terminate();
  if (!(script instanceof Uint8Array)) throw new MiddleError('internal', 'the API reference gave no script');
  return Buffer.from(script);
}

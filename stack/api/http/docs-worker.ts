import { parentPort } from 'node:worker_threads';
import reference from '@scalar/fastify-api-reference';
import fastify from 'fastify';

/** Asks the plugin for its script the way a browser would, and hands it over. */
const app = fastify();
await app.register(reference, { routePrefix: '/docs', configuration: { url: '/api/openapi.json' } });
const { rawPayload } = await app.inject('/docs/js/scalar.js');
// A thread's port has no origin, which the rule is about.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(new Uint8Array(rawPayload));

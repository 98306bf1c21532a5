import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';

/** Signing in and out changes nothing of what is shown. */
const SIGN_IN = /^\/sign-/;
/** Of the real-time API and of webhooks. */
const DOORS = ['/run/', '/hooks/'];

/** In a stack that only shows what was, people sign in and read. */
export function refuseChanges(preview: string | null, { method, path, permission }: Endpoint): void {
  if (preview === null || method === 'GET' || permission.endsWith('.read') || SIGN_IN.test(path)) return;
  throw readOnly(preview);
}

/** Nor does anything begin from outside. */
export function closeDoors(app: FastifyInstance, preview: string): void {
  app.addHook('onRequest', async ({ url }) => {
    const isDoor = DOORS.some((prefix) => url.startsWith(prefix));
    if (isDoor) throw readOnly(preview);
  });
}

function readOnly(preview: string): MiddleError {
  return new MiddleError('preview_read_only', `This stack only shows what was at ${preview}.`, {
    hint: 'Change the stack that runs, or restore one that works.',
  });
}

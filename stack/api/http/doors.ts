import type { FastifyInstance, FastifyReply } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';

interface DoorPath {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Whatever else is asked of a public door is answered as a problem, and never with a page of the portal. */
export function closeOtherMethods(app: FastifyInstance, prefix: string, paths: readonly DoorPath[]): void {
  app.route({
    method: [...METHODS],
    url: `${prefix}/*`,
    exposeHeadRoute: false,
    // Before a body is read.
    onRequest: async (request) => {
      const path = request.url.split('?')[0] ?? '';
      const known = paths.find(({ pattern }) => pattern.test(path));
      if (known === undefined) throw new MiddleError('not_found', 'there is nothing here');
      throw new MiddleError('method_not_allowed', `${request.method} is not known here`, {
        hint: `It knows ${known.methods.join(', ')}.`,
        data: { allow: known.methods },
      });
    },
    handler: (_request, reply) => reply.callNotFound(),
  });
}

/** Aborts when the client hangs up or the process drains. */
export function hangUp(reply: FastifyReply, draining: AbortSignal): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return AbortSignal.any([controller.signal, draining]);
}

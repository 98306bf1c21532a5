import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';
import type { ServerOptions } from './endpoint-route.ts';

/** Headers that bound what a browser does with our pages, body types, and the count of requests. */
export async function addSecurity(app: FastifyInstance, options: ServerOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        // Positions of floating panels and rows of long tables are set as style attributes.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'object-src': ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: options.secure,
  });
  await app.register(rateLimit, { global: false });
  app.addContentTypeParser(
    ['application/zip', 'application/x-zip-compressed'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  app.removeContentTypeParser('text/plain');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new TypeError('unreadable'), undefined);
    }
  });
}

/** `__proto__` in JSON.parse is an own key, so data; the schemas refuse keys they don't know. */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MiddleError('request_invalid', 'the body is not JSON', {
      cause,
      data: { errors: [{ path: 'body', message: 'not JSON' }] },
    });
  }
}

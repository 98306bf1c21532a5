import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { MiddleError, messageOf } from '@middle/core/errors.ts';

/** What the supervisor answers on its control socket: `METHOD /path` to the JSON of the answer. */
export type ControlHandlers = Readonly<Record<string, () => Promise<unknown>>>;

/** HTTP over a unix socket that only the owner of the data folder can reach. */
export async function serveControl(
  socket: string,
  handlers: ControlHandlers,
): Promise<{ close(): Promise<void> }> {
  await rm(socket, { force: true });
  const server = createServer((incoming, response) => {
    const handler = handlers[`${incoming.method} ${incoming.url}`];
    incoming.resume();
    if (handler === undefined) {
      answer(response, 404, { code: 'not_found', message: `${incoming.method} ${incoming.url}` });
      return;
    }
    handler().then(
      (value) => answer(response, 200, value),
      (error: unknown) => answer(response, 500, { code: 'internal', message: messageOf(error) }),
    );
  });
  server.listen(socket);
  await once(server, 'listening');
  await chmod(socket, 0o600);
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(socket, { force: true });
    },
  };
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Asks a running supervisor. Throws `not_running` when nobody listens. */
export function askControl(socketPath: string, method: 'GET' | 'POST', path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new MiddleError('internal', `The supervisor refused ${method} ${path}: ${text}`));
      });
    });
    outgoing.on('error', (cause) => {
      reject(
        new MiddleError('not_running', 'The stack does not run.', {
          hint: 'Start it with `middle up`.',
          cause,
        }),
      );
    });
    outgoing.end();
  });
}

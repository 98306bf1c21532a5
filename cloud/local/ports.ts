import { once } from 'node:events';
import { createServer } from 'node:net';
import { MiddleError } from '@middle/core/errors.ts';

const DEFAULT_PORT = 4400;
const TRIES = 100;

/**
 * The port for the portal and the API: the wanted one, or an error that says who could be asked; without a wish 4400
 * or the next free one.
 */
export async function choosePort(host: string, wanted: number | null): Promise<number> {
  if (wanted !== null) {
    if (wanted === 0 || (await isFree(host, wanted))) return wanted === 0 ? anyPort(host) : wanted;
    throw new MiddleError('config_invalid', `Port ${wanted} is taken.`, {
      hint: 'Choose another with --port N, or leave it out to take the next free one from 4400 on.',
    });
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + TRIES; port += 1) {
    if (await isFree(host, port)) return port;
  }
  throw new MiddleError(
    'config_invalid',
    `No port from ${DEFAULT_PORT} to ${DEFAULT_PORT + TRIES - 1} is free.`,
    {
      hint: 'Choose one with --port N.',
    },
  );
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function anyPort(host: string): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : DEFAULT_PORT;
}

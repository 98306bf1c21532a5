import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { SMTPServer } from 'smtp-server';

export const MAIL_PASSWORD = 'right-password';

export interface Mail {
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly text: string;
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: {
    readonly id: string;
    readonly heldBackSince: string | null;
    readonly more: number;
    readonly alerts: readonly { readonly id: string; readonly event: string; readonly title: string }[];
  };
}

export interface Receiver {
  readonly url: string;
  readonly got: readonly Received[];
  answer(status: number, body: string, headers?: Readonly<Record<string, string>>): void;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  return (server.address() as AddressInfo).port;
}

export async function openReceiver(cleanup: AsyncDisposableStack): Promise<Receiver> {
  const got: Received[] = [];
  let next: { status: number; body: string; headers: Readonly<Record<string, string>> } = {
    status: 200,
    body: 'ok',
    headers: {},
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString('utf8');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is what the tests look at
      got.push({ headers: request.headers, raw, body: JSON.parse(raw) as Received['body'] });
      response.writeHead(next.status, next.headers);
      response.end(next.body);
    });
  });
  const port = await listening(server);
  cleanup.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${port}/hook?of=test`,
    got,
    answer(status, body, headers = {}) {
      next = { status, body, headers };
    },
  };
}

/** One without encryption, and one that offers a certificate that nobody signed. */
export async function openMailServers(
  mails: Mail[],
  cleanup: AsyncDisposableStack,
): Promise<{ readonly plain: number; readonly selfSigned: number }> {
  const open = async (disabled: string[]): Promise<number> => {
    const server = new SMTPServer({
      disabledCommands: disabled,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        if (username === 'middle' && password === MAIL_PASSWORD) done(null, { user: username });
        else done(new Error('wrong user or password'));
      },
      onData(stream, session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            text: Buffer.concat(parts).toString('utf8'),
          });
          done();
        });
      },
    });
    server.on('error', () => {});
    const port = await listening(server.server);
    cleanup.defer(() => new Promise<void>((resolve) => server.close(resolve)));
    return port;
  };
  return { plain: await open(['STARTTLS']), selfSigned: await open([]) };
}

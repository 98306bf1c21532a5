import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { MailServer } from '@middle/core/alert/mail-server.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { MAIL_PASSWORD_CONTEXT, readMailServer } from '@middle/store/alerts/mail-server.ts';
import type { Queryable } from '@middle/store/database.ts';
import { createTransport } from 'nodemailer';

export interface Mail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const CONNECT_MILLISECONDS = 10_000;
const SILENT_MILLISECONDS = 20_000;

/**
 * Hands one mail to the stack's mail server.
 * @returns who of the recipients the server refused, while it took the mail for others
 * @throws MiddleError delivery_failed, with what the server said
 */
export async function sendMail(
  { database, keys }: { readonly database: Queryable; readonly keys: Pick<Keys, 'open'> },
  mail: Mail,
): Promise<readonly string[]> {
  const kept = await readMailServer(database);
  if (kept === null) {
    throw new MiddleError('delivery_failed', 'no mail server is set up', {
      hint: 'An owner of the stack sets one up in the settings.',
    });
  }
  const { server } = kept;
  const password =
    kept.password === null
      ? ''
      : Buffer.from(await keys.open(kept.password, MAIL_PASSWORD_CONTEXT)).toString('utf8');
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'tls',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    ...(server.user === '' ? {} : { auth: { user: server.user, pass: password } }),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENT_MILLISECONDS,
    // A mail is text that others wrote a part of; it never names a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      from: { name: 'Middle', address: server.from },
      to: [...mail.to],
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      // The same on every attempt, so that who gets it twice can see that it is one.
      messageId: `<${mail.id}@${server.from.split('@').at(-1) ?? 'middle.invalid'}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    });
    return sent.rejected;
  } catch (error) {
    throw asDeliveryError(error, server, password);
  } finally {
    transport.close();
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EAUTH: 'Check the user and the password.',
  ECONNECTION: 'Check host and port, and whether this machine may reach them.',
  ESOCKET: 'Check host, port and the kind of encryption.',
  EDNS: 'Check the host.',
  ETIMEDOUT:
    'Check host, port and the kind of encryption: a server that waits for TLS says nothing without it.',
  ETLS: 'The server offers no encryption after the greeting. Try encryption from the start, mostly on port 465.',
  EENVELOPE: 'Check the addresses: the one it is from, and those it goes to.',
};

function asDeliveryError(error: unknown, server: MailServer, password: string): MiddleError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = password === '' ? messageOf(error) : messageOf(error).replaceAll(password, '…');
  const hint = HINTS[code];
  return new MiddleError('delivery_failed', `${server.host}:${server.port}: ${text}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

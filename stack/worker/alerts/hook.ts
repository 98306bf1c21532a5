import type { Clock } from '@middle/cloud/ports/clock.ts';
import { SIGNATURE_HEADER, signatureOf } from '@middle/core/alert/signature.ts';
import { plain, withoutSecrets } from '@middle/core/alert/words.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Transport } from '@middle/functions/egress/hop.ts';

export interface Hook {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly privateAddresses: boolean;
  readonly payload: unknown;
}

const CALL_MILLISECONDS = 15_000;
const ANSWER_BYTES = 2_000;
const ANSWER_SHOWN = 200;

/**
 * Posts a message to a receiver; any 2xx is taken as received. Nothing is followed: a redirect could lead elsewhere.
 * @throws MiddleError delivery_failed, with what was answered
 */
export async function callHook(
  { transport, clock }: { readonly transport: Transport; readonly clock: Clock },
  { id, url: address, secret, privateAddresses, payload }: Hook,
): Promise<void> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(privateAddresses && url.protocol === 'http:')) {
    throw new MiddleError('delivery_failed', `${url.host} is to be reached by https`, {
      hint: 'Only an address that an owner allowed to be private may be http.',
    });
  }
  const body = JSON.stringify(payload);
  const signal = AbortSignal.timeout(CALL_MILLISECONDS);
  try {
    const answer = await transport.send({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Middle',
        'middle-message': id,
        [SIGNATURE_HEADER]: signatureOf(secret, body, clock.now()),
        'content-length': String(Buffer.byteLength(body)),
      },
      body: Buffer.from(body),
      development: privateAddresses,
      signal,
    });
    const said = await beginning(answer.stream);
    if (answer.status >= 200 && answer.status < 300) return;
    const text = said === '' ? '' : `: ${plain(withoutSecrets(said), ANSWER_SHOWN)}`;
    throw new MiddleError('delivery_failed', `${url.host} answered ${answer.status}${text}`);
  } catch (error) {
    throw asDeliveryError(error, url, signal);
  }
}

async function beginning(stream: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  stream.destroy();
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString('utf8');
}

function asDeliveryError(error: unknown, url: URL, signal: AbortSignal): MiddleError {
  if (error instanceof MiddleError && error.code === 'delivery_failed') return error;
  if (error instanceof MiddleError && error.code === 'egress_address_refused') {
    const address = typeof error.data['address'] === 'string' ? error.data['address'] : 'a private address';
    return new MiddleError(
      'delivery_failed',
      `${url.hostname} is ${address}, which is not a public address`,
      {
        hint: 'An owner of the stack may allow private addresses for this channel.',
        cause: error,
      },
    );
  }
  const text = signal.aborted
    ? `${url.host} did not answer within ${CALL_MILLISECONDS / 1_000} seconds`
    : messageOf(error);
  return new MiddleError('delivery_failed', text, { cause: error });
}

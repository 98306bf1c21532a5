import type { Keys } from '@middle/cloud/ports/keys.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { AppCredential } from '@middle/store/app-credentials.ts';

/** Sealed with the credential's id, so a payload can't be moved to another row. */
export function contextOf(id: string): string {
  return `app_credential:${id}`;
}

export async function sealPayload(
  keys: Keys,
  id: string,
  payload: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  return keys.seal(Buffer.from(JSON.stringify(payload)), contextOf(id));
}

/** Which keys it has; the values stay here. */
export async function credentialAnswer(keys: Keys, credential: AppCredential) {
  const { payload, ...rest } = credential;
  const opened: unknown = JSON.parse(
    Buffer.from(await keys.open(payload, contextOf(credential.id))).toString(),
  );
  if (typeof opened !== 'object' || opened === null)
    throw new MiddleError('internal', 'a credential is not an object');
  return { ...rest, keys: Object.keys(opened) };
}

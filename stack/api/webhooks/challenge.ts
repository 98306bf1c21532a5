import type { WebhookDefinition } from '@middle/core/manifest.ts';

const ANSWER_MOST = 2_000;
/** A larger body is no challenge: providers ask with a few words. */
const BODY_MOST = 10_000;

/**
 * What to send back when the request is the question that the manifest describes; null when it is none. It is answered
 * without any code of the app, and nothing is stored.
 */
export function challengeAnswer(
  { challenge }: WebhookDefinition,
  query: Readonly<Record<string, readonly string[]>>,
  body: Uint8Array,
): string | null {
  if (challenge === undefined) return null;
  const read = challenge.from === 'query' ? (name: string) => query[name]?.[0] : bodyReader(body);
  for (const [name, value] of Object.entries(challenge.when)) if (read(name) !== value) return null;
  const answer = read(challenge.parameter);
  return typeof answer === 'string' && answer !== '' && answer.length <= ANSWER_MOST ? answer : null;
}

function bodyReader(body: Uint8Array): (name: string) => unknown {
  if (body.length === 0 || body.length > BODY_MOST) return () => undefined;
  try {
    const value: Readonly<Record<string, unknown>> = Object(JSON.parse(Buffer.from(body).toString()));
    return (name) => (Object.hasOwn(value, name) ? value[name] : undefined);
  } catch {
    return () => undefined;
  }
}

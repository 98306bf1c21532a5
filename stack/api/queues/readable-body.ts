const SHOWN_CHARACTERS = 20_000;

/** A message as text. The token in its header is a secret while it is valid, so it is left out. */
export function readableBody(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8').replaceAll('\0', '�');
  const [header = '', ...items] = text.split('\n');
  const hidden = header.replace(/("token"\s*:\s*")(?:[^"\\]|\\.)*("?)/g, '$1…$2');
  return [hidden, ...items].join('\n').slice(0, SHOWN_CHARACTERS);
}

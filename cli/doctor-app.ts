/** The app that `middle doctor` pushes: it needs nothing from outside, and it tries what a function must not be able to do. */
export function doctorPackage(key: string): ReadonlyMap<string, Uint8Array> {
  const text = new TextEncoder();
  return new Map([
    ['middle.app.yaml', text.encode(MANIFEST.replace('KEY', key))],
    ['functions/check.ts', text.encode(FUNCTION)],
  ]);
}

/** What the function prints; found in the log store when the way of logs works. */
export const PRINTED = 'The doctor was here';
export const RECORD_TYPE = 'finding';
export const RECORDS = 100;

const MANIFEST = `key: KEY
name: Doctor
version: '1'
notes: Made by middle doctor, which also removes it.
recordTypes:
  - key: ${RECORD_TYPE}
    title: Finding
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: word, type: string, title: Word }
      - { key: number, type: number, title: Number }
      - { key: reached, type: string, title: What the function reached that it must not }
syncs:
  - { key: check, recordType: ${RECORD_TYPE}, kind: complete, function: check }
`;

const FUNCTION = `import type { SyncContext } from '@middle/sdk';

const ATTEMPTS: Record<string, () => unknown> = {
  file: () => Deno.readTextFileSync('/etc/hostname'),
  environment: () => Deno.env.get('PATH'),
  process: () => new Deno.Command('/bin/true').outputSync(),
  network: () => Deno.connect({ hostname: '127.0.0.1', port: 1 }),
};

async function reached(attempt: () => unknown): Promise<boolean> {
  try {
    return (await attempt()) !== undefined;
  } catch (error) {
    // Nobody listens on port 1: refused by that is reached all the same.
    return (error as Error).name === 'ConnectionRefused';
  }
}

export default async function check(ctx: SyncContext) {
  console.log('${PRINTED}');
  const through: string[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) if (await reached(attempt)) through.push(name);
  for (let number = 1; number <= ${RECORDS}; number += 1) {
    ctx.emit('${RECORD_TYPE}', { id: String(number), word: 'finding' + number, number, reached: through.join(' ') || null });
  }
}
`;

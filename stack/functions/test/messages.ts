import { z } from 'zod';

export interface Item {
  /** R, L, P, Z or E: see core/message.ts. */
  readonly kind: string;
  readonly json: string;
}

export interface MessageContents {
  readonly items: readonly Item[];
  readonly records: readonly (readonly [type: string, data: unknown])[];
  readonly cursors: readonly unknown[];
  /** `level text` */
  readonly logs: readonly string[];
  /** The value of the Z item, or the E item. */
  readonly result: unknown;
}

const recordSchema = z.tuple([z.string(), z.unknown()]);
const logSchema = z.object({ level: z.string(), text: z.string() });
const progressSchema = z.object({ cursor: z.unknown() });
const resultSchema = z.object({ value: z.unknown() });

export function headerOf(message: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(message).toString('utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text.slice(0, text.indexOf('\n'))));
}

export function itemsOf(message: Uint8Array): Item[] {
  const lines = Buffer.from(message).toString('utf8').split('\n').slice(1, -1);
  return lines.map((line) => ({ kind: line.slice(0, 1), json: line.slice(1) }));
}

/** What the messages of one run say, for tests; the intake has a reader of its own that trusts nothing. */
export function readMessages(messages: readonly Uint8Array[]): MessageContents {
  const items = messages.flatMap(itemsOf);
  const of = (kind: string): unknown[] =>
    items.filter((item) => item.kind === kind).map(({ json }) => JSON.parse(json));
  const [value] = of('Z').map((item) => resultSchema.parse(item).value);
  return {
    items,
    records: of('R').map((item) => recordSchema.parse(item)),
    cursors: of('P').map((item) => progressSchema.parse(item).cursor),
    logs: of('L').map((item) => {
      const { level, text } = logSchema.parse(item);
      return `${level} ${text}`;
    }),
    result: of('E')[0] ?? value,
  };
}

import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';

const position = z.strictObject({ log: z.string().max(1000) });

/** A page of logs as the logs' port wants it; its own cursor travels within ours. */
export function logPage(query: {
  readonly limit: number;
  readonly text?: string | undefined;
  readonly after?: string | undefined;
}) {
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after).log;
  return { limit: query.limit, text: query.text, after };
}

export function nextOf(next: string | null): string | null {
  return next === null ? null : encodeCursor({ log: next });
}

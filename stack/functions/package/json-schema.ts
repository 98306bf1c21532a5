import { manifestSchema } from '@middle/core/manifest.ts';
import { z } from 'zod';

/** The manifest's JSON Schema for editors, as the text of sdk/middle.app.schema.json. */
export function manifestJsonSchema(): string {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

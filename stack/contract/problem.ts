import { ERROR_CODES } from '@middle/core/error-codes.ts';
import { z } from 'zod';
import { keysOf } from './shared.ts';

/** Every error answer of the API: problem details (RFC 9457) with the product's code. */
export const problem = z
  .strictObject({
    type: z
      .string()
      .meta({ description: 'A name for this kind of problem: urn:middle:problem: and the code.' }),
    title: z.string().meta({ description: 'The code in words.' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong, with the wrong value.' }),
    code: z.enum(keysOf(ERROR_CODES)),
    fault: z.enum(['user', 'developer', 'operator', 'platform']).meta({
      description: 'Who can put it right: the caller, the author of an app, who runs the stack, or Middle.',
    }),
    hint: z.string().optional().meta({ description: 'What to do next.' }),
    requestId: z.string(),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Which parts of the request are wrong, when it was refused as invalid.' }),
    data: z.record(z.string(), z.unknown()).optional().meta({ description: 'Facts for a program.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export type Problem = z.infer<typeof problem>;

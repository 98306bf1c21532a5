import { z } from 'zod';
import { SOURCE_MAX_CHARACTERS } from '@middle/core/expression/syntax.ts';
import { expressionTypeSchema } from '@middle/core/expression/type.ts';
import { uuid } from '../shared.ts';

export const expressionType = expressionTypeSchema.meta({
  id: 'ExpressionType',
  description:
    'A record’s fields are those of its record type, in the connection of the account that it names.',
});

const name = z.string().min(1).max(63);

/** An expression and what it may name. One that is being typed may be longer than is allowed, or empty. */
export const expressionBody = z.strictObject({
  source: z.string().max(SOURCE_MAX_CHARACTERS * 2),
  scope: z.record(name, expressionType).meta({ description: 'What it may name, and of which type each is.' }),
  connections: z.record(name, uuid).default({}).meta({
    description: 'Which connection of the account is meant by each name within the types of records.',
  }),
  expected: expressionType.optional().meta({ description: 'What it has to give.' }),
});

/** A place in the source, counted in UTF-16 units. */
export const place = { start: z.int(), end: z.int() };

export const expressionProblem = z
  .strictObject({
    ...place,
    message: z.string(),
    suggestion: z.string().optional().meta({ description: 'To put in place of what is there.' }),
  })
  .meta({ id: 'ExpressionProblem' });

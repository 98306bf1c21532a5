import { z } from 'zod';

/**
 * The types of the expression language, as workflows store them. A record's fields are not written out: they are
 * those of its record type, which the checker is given.
 */
export type ExpressionType = (
  | { readonly kind: 'any' | 'text' | 'number' | 'boolean' | 'date' | 'datetime' }
  | { readonly kind: 'array'; readonly of: ExpressionType }
  | { readonly kind: 'object'; readonly fields: readonly ObjectField[] }
  /** A record of this record type, of the connection in this slot of the workflow. */
  | { readonly kind: 'record'; readonly connection: string; readonly recordType: string }
) & { readonly nullable?: boolean | undefined };

export interface ObjectField {
  readonly key: string;
  readonly title: string;
  readonly type: ExpressionType;
}

const nullable = { nullable: z.boolean().optional() };
const key = z.string().min(1).max(63);

const fields = z.lazy(() =>
  z
    .array(z.strictObject({ key, title: z.string().trim().min(1).max(120), type: expressionTypeSchema }))
    .max(200),
);

export const expressionTypeSchema: z.ZodType<ExpressionType> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['any', 'text', 'number', 'boolean', 'date', 'datetime']), ...nullable }),
  z.strictObject({ kind: z.literal('array'), of: z.lazy(() => expressionTypeSchema), ...nullable }),
  z.strictObject({ kind: z.literal('object'), fields, ...nullable }),
  z.strictObject({ kind: z.literal('record'), connection: key, recordType: key, ...nullable }),
]);

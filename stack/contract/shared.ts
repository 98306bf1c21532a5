import { z } from 'zod';

/** RFC 3339 with an offset or Z. The API always answers in UTC. */
export const timestamp = z.iso.datetime({ offset: true });

export const uuid = z.uuid();

/** An account is named in an address by its id or by its key. */
export const accountRef = z
  .string()
  .regex(
    /^(?:[a-z][a-z0-9-]{0,62}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    "must be an account's id or key",
  )
  .meta({ description: "The account's id or key." });

export const key = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter',
  )
  .meta({ description: '1 to 63 lower-case letters, digits and hyphens, beginning with a letter.' });

/** A key within an app's data: record types, attributes, auth configs. */
export const dataKey = z.string().min(1).max(63);

export const name = z.string().trim().min(1).max(120);

/** Where the next page begins. Opaque: it only means something to the list that gave it. */
export const cursor = z.string().min(1).max(2000);

export const pageQuery = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(200).default(50),
  after: cursor.optional().meta({ description: 'The `next` of the page before.' }),
});

export function page<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    next: cursor
      .nullable()
      .meta({ description: 'Give it as `after` for the next page; null on the last one.' }),
  });
}

/** A whole list, short by nature. */
export function list<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item) });
}

/** Counted up to a cap; `exact` is false when there are more. */
export const count = z.strictObject({ count: z.int(), exact: z.boolean() });

/** A flag in a query. */
export const flag = z.enum(['true', 'false']);

/** An error that something ended with, as history keeps it. */
export const failure = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    fault: z.string(),
    hint: z.string().optional(),
  })
  .meta({ id: 'Failure' });

/** The keys of a table as zod's enum wants them. */
export function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): [K, ...K[]] {
  // Object.keys forgets the type of the keys; the table is a constant with at least one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.keys(table) as [K, ...K[]];
}

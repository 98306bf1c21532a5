/**
 * The eight attribute types of a record type.
 * `primary_id` and `foreign_key` hold strings; `iso_date` is `YYYY-MM-DD`; `iso_datetime` is RFC 3339 with an
 * offset or `Z`; `array` holds objects that have attributes of their own (one level, never arrays of arrays).
 */
export const ATTRIBUTE_TYPES = [
  'primary_id',
  'foreign_key',
  'string',
  'number',
  'iso_date',
  'iso_datetime',
  'boolean',
  'array',
] as const;

export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** One field of a record type. Its place in the list is its order. */
export interface Attribute {
  readonly key: string;
  readonly type: AttributeType;
  readonly title: string;
  readonly description?: string | undefined;
  /** For `foreign_key`: the key of the record type, in the same app, whose primary id this holds. */
  readonly references?: string | undefined;
  /** For `array`: the attributes of each item. */
  readonly attributes?: readonly Attribute[] | undefined;
}

/** One kind of data that an app syncs. Exactly one attribute is of type `primary_id`. */
export interface RecordType {
  readonly key: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly attributes: readonly Attribute[];
}

/** A value as a record holds it. A missing key is never a value; null is. */
export type Value = string | number | boolean | null | readonly RecordData[];
export type RecordData = Readonly<Record<string, unknown>>;

import type { Attribute, RecordType } from '../attribute.ts';
import { ANY, arrayOf, BOOLEAN, DATE, DATETIME, NUMBER, nullable, objectOf, TEXT } from './types.ts';
import type { ExpressionType, ObjectField } from './type.ts';

/** The record types that an expression may meet, by the connection (a slot of the workflow) they belong to. */
export interface KnownRecordTypes {
  of(connection: string): readonly RecordType[];
}

export const NO_RECORD_TYPES: KnownRecordTypes = { of: () => [] };

function findRecordType(known: KnownRecordTypes, connection: string, key: string): RecordType | undefined {
  return known.of(connection).find((one) => one.key === key);
}

/** The fields of a record, which may all be null but for its id. */
function fieldsOf(recordType: RecordType): readonly ObjectField[] {
  return recordType.attributes.map((attribute) => ({
    key: attribute.key,
    title: attribute.title,
    type: nullable(typeOf(attribute), attribute.type !== 'primary_id'),
  }));
}

/** The fields that a value of this type has; null when they are not known, or there are none. */
export function fieldsOfType(known: KnownRecordTypes, type: ExpressionType): readonly ObjectField[] | null {
  if (type.kind === 'object') return type.fields;
  if (type.kind !== 'record') return null;
  const recordType = findRecordType(known, type.connection, type.recordType);
  return recordType === undefined ? null : fieldsOf(recordType);
}

function typeOf({ type, attributes }: Attribute): ExpressionType {
  switch (type) {
    case 'primary_id':
    case 'foreign_key':
    case 'string':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'iso_date':
      return DATE;
    case 'iso_datetime':
      return DATETIME;
    case 'array':
      return attributes === undefined
        ? arrayOf(ANY)
        : arrayOf(
            objectOf(
              attributes.map((one) => ({ key: one.key, title: one.title, type: nullable(typeOf(one)) })),
            ),
          );
  }
}

/**
 * A way from a record to others. Forward: the one that its foreign key names. Reverse: those of another record type
 * whose foreign key names it.
 */
export type Relation = {
  readonly connection: string;
  /** What `related` is given: the foreign key, or the other record type (with its key when it has several). */
  readonly name: string;
  readonly title: string;
  /** The record type it leads to. */
  readonly recordType: string;
} & (
  | { readonly direction: 'forward'; readonly foreignKey: string }
  | { readonly direction: 'reverse'; readonly foreignKey: string; readonly primaryId: string }
);

export function relationsOf(known: KnownRecordTypes, connection: string, key: string): readonly Relation[] {
  const types = known.of(connection);
  const own = types.find((one) => one.key === key);
  if (own === undefined) return [];
  const primaryId = own.attributes.find(({ type }) => type === 'primary_id')?.key ?? '';
  const forward = own.attributes.flatMap((attribute): Relation[] =>
    attribute.type !== 'foreign_key' || attribute.references === undefined
      ? []
      : [
          {
            connection,
            name: attribute.key,
            title: attribute.title,
            recordType: attribute.references,
            direction: 'forward',
            foreignKey: attribute.key,
          },
        ],
  );
  const reverse = types.flatMap((type): Relation[] => {
    const keys = type.attributes.filter((one) => one.type === 'foreign_key' && one.references === key);
    return keys.map((one) => ({
      connection,
      name: keys.length === 1 ? type.key : `${type.key}.${one.key}`,
      title: keys.length === 1 ? type.title : `${type.title} by ${one.title}`,
      recordType: type.key,
      direction: 'reverse',
      foreignKey: one.key,
      primaryId,
    }));
  });
  return [...forward, ...reverse];
}

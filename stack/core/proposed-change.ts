import type { Attribute, AttributeType, RecordData, RecordType } from './attribute.ts';

/** A change of a record type that would make records valid which are invalid now. */
export interface ProposedChange {
  readonly recordType: string;
  readonly attribute: string;
  readonly change: 'add_attribute' | 'remove_attribute' | 'change_type';
  readonly from: AttributeType | null;
  readonly to: AttributeType | null;
  /** How many of the given records have the problem. */
  readonly records: number;
  readonly reason: string;
}

type Kind = 'string' | 'number' | 'boolean' | 'array' | 'iso_date' | 'iso_datetime';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** What type a value looks like; null says nothing. */
function kindOf(value: unknown): Kind | null {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'string') return null;
  if (DATE.test(value)) return 'iso_date';
  return DATETIME.test(value) ? 'iso_datetime' : 'string';
}

/** Which kinds of values an attribute of a type takes. */
const TAKES: Readonly<Record<AttributeType, readonly Kind[]>> = {
  primary_id: ['string', 'iso_date', 'iso_datetime'],
  foreign_key: ['string', 'iso_date', 'iso_datetime'],
  string: ['string', 'iso_date', 'iso_datetime'],
  number: ['number'],
  iso_date: ['iso_date'],
  iso_datetime: ['iso_datetime'],
  boolean: ['boolean'],
  array: ['array'],
};

/** The narrowest type that takes all the kinds; null when none does. */
function commonType(kinds: ReadonlySet<Kind>): Kind | null {
  const [only] = kinds;
  if (only === undefined) return null;
  if (kinds.size === 1) return only;
  return [...kinds].every((kind) => TAKES.string.includes(kind)) ? 'string' : null;
}

/**
 * Looks at the data of invalid records and says which changes of their record type would let them in. A person decides:
 * a source that changed its form asks for the change, one that sends a wrong value now and then does not.
 * @param stored some of the records that are valid, to warn of a change that these would not survive
 */
export function proposeChanges(
  recordType: RecordType,
  invalid: readonly unknown[],
  stored: readonly RecordData[],
): readonly ProposedChange[] {
  const records = invalid.filter(isObject);
  const known = recordType.attributes.flatMap((attribute) => {
    const change = changeOf(recordType.key, attribute, records, stored);
    return change === null ? [] : [change];
  });
  const keys = new Set(recordType.attributes.map(({ key }) => key));
  const unknown = new Set(records.flatMap((record) => Object.keys(record)).filter((key) => !keys.has(key)));
  const added = [...unknown].sort().flatMap((key) => additionOf(recordType.key, key, records));
  return [...known, ...added];
}

function changeOf(
  recordType: string,
  attribute: Attribute,
  records: readonly RecordData[],
  stored: readonly RecordData[],
): ProposedChange | null {
  const base = { recordType, attribute: attribute.key, from: attribute.type };
  const missing = records.filter((record) => !Object.hasOwn(record, attribute.key)).length;
  if (missing > 0 && attribute.type !== 'primary_id') {
    return {
      ...base,
      change: 'remove_attribute',
      to: null,
      records: missing,
      reason: `${missing === 1 ? '1 record comes' : `${String(missing)} records come`} without ${attribute.key}${lossOf(attribute.key, stored)}`,
    };
  }
  const kinds = records.map((record) => kindOf(record[attribute.key]));
  const wrong = kinds.filter((kind) => kind !== null && !TAKES[attribute.type].includes(kind)).length;
  if (wrong === 0) return null;
  const to = commonType(new Set(kinds.filter((kind) => kind !== null)));
  if (to === null || attribute.type === 'primary_id' || attribute.type === 'foreign_key') return null;
  return {
    ...base,
    change: 'change_type',
    to,
    records: wrong,
    reason: `${String(wrong)} records bring a value that is not of the type ${attribute.type}${warningOf(attribute.key, to, stored)}`,
  };
}

function warningOf(key: string, to: Kind, stored: readonly RecordData[]): string {
  const refused = stored.filter((record) => {
    const kind = kindOf(record[key]);
    return kind !== null && !TAKES[to].includes(kind);
  }).length;
  if (refused === 0) return '';
  return `; but ${String(refused)} of ${String(stored.length)} stored records looked at hold values that ${to} would refuse, so the source may be what has to be put right`;
}

function lossOf(key: string, stored: readonly RecordData[]): string {
  const having = stored.filter((record) => kindOf(record[key]) !== null).length;
  if (having === 0) return '';
  return `; but ${String(having)} of ${String(stored.length)} stored records looked at have a value in it, so the source may be what has to be put right`;
}

function additionOf(
  recordType: string,
  key: string,
  records: readonly RecordData[],
): readonly ProposedChange[] {
  const bringing = records.filter((record) => Object.hasOwn(record, key));
  const kinds = new Set(bringing.map((record) => kindOf(record[key])).filter((kind) => kind !== null));
  const to = commonType(kinds);
  if (to === null) return [];
  const count = bringing.length;
  return [
    {
      recordType,
      attribute: key,
      change: 'add_attribute',
      from: null,
      to,
      records: count,
      reason: `${String(count)} records bring ${key}, which the record type does not know`,
    },
  ];
}

function isObject(value: unknown): value is RecordData {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

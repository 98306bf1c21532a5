import { isDeepStrictEqual } from 'node:util';

type Data = Readonly<Record<string, unknown>>;

export interface AttributeChange {
  readonly attribute: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: unknown;
  readonly after: unknown;
}

/** The attributes in which two states differ, in the order of their keys. A value that is not there is null. */
export function changesBetween(before: Data, after: Data): readonly AttributeChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((attribute) => {
    if (isDeepStrictEqual(before[attribute], after[attribute])) return [];
    const change = !Object.hasOwn(before, attribute)
      ? ('added' as const)
      : !Object.hasOwn(after, attribute)
        ? ('removed' as const)
        : ('changed' as const);
    return [{ attribute, change, before: before[attribute] ?? null, after: after[attribute] ?? null }];
  });
}

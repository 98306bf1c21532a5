/** Object.keys, with the keys' own type: for tables that are constants. */
export function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.keys(table) as K[];
}

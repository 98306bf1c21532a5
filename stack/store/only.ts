/** The row of a statement that always returns one, such as `insert … returning`. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new TypeError('the statement returned no row');
  return row;
}

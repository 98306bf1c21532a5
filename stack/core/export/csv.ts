/**
 * One row of a CSV file by RFC 4180: commas, CRLF, quotes doubled. Null is nothing between the commas, an empty text is
 * `""`, objects and arrays are JSON text.
 */
export function csvRow(values: readonly unknown[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

/**
 * What makes a spreadsheet take a text for a formula, by OWASP's page "CSV Injection", full-width forms included. Only
 * text is guarded: a number may well begin with a minus.
 */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function csvField(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // An apostrophe is what spreadsheets themselves put before a text that is no formula.
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return guarded === '' || NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

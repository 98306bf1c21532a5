/** What is shown of a protected value. */
export const HIDDEN = '[protected]';
/** A shorter text is too common: hiding it would hide half of everything. */
const LENGTH_LEAST = 4;

/**
 * Hides an execution's protected values wherever they turn up in what is about to be stored: also within a longer text,
 * as the key of an object, and in its usual encodings.
 */
export class Redactor {
  readonly #forms: readonly string[];

  /** @param values the protected ones; those that are not text are looked for as their JSON */
  constructor(values: Iterable<unknown>) {
    const texts = [...values].flatMap(textsIn).filter((text) => text.length >= LENGTH_LEAST);
    const forms = texts.flatMap((text) => [
      text,
      encodeURIComponent(text),
      Buffer.from(text).toString('base64').replace(/=+$/, ''),
    ]);
    // Longest first: a value that is part of another must not break the other up.
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  get hidesNothing(): boolean {
    return this.#forms.length === 0;
  }

  /** @returns the same value when nothing in it is protected */
  redact(value: unknown): unknown {
    if (this.hidesNothing) return value;
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) {
      const items = value.map((item) => this.redact(item));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    let isChanged = false;
    const entries = Object.entries(value).map(([key, inner]) => {
      const shown: [string, unknown] = [this.#text(key), this.redact(inner)];
      isChanged ||= shown[0] !== key || shown[1] !== inner;
      return shown;
    });
    return isChanged ? Object.fromEntries(entries) : value;
  }

  #text(text: string): string {
    let shown = text;
    for (const form of this.#forms) shown = shown.replaceAll(form, HIDDEN);
    return shown;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}

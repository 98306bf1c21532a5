/** Works out one expression of a step; the salt tells its random values from those of the step's other expressions. */
export type EvaluateIn = (
  source: string,
  more?: Readonly<Record<string, unknown>>,
  salt?: string,
) => Promise<unknown>;

/** A mapping's values by their names; what is left empty is left out. */
export async function evaluateAll(
  mapping: Readonly<Record<string, string>>,
  evaluate: (source: string, name: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const values: [string, unknown][] = [];
  for (const [name, source] of Object.entries(mapping)) {
    if (source.trim() !== '') values.push([name, await evaluate(source, name)]);
  }
  return Object.fromEntries(values);
}

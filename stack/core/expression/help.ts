import { FUNCTIONS, signatureOf } from './functions/catalogue.ts';
import { GROUPS } from './functions/definition.ts';
import { GROUP_TITLES } from './reference.ts';

/** A function as people choose it from a list. */
export interface FunctionHelp {
  readonly name: string;
  readonly group: string;
  readonly signature: string;
  readonly help: string;
  readonly takesArguments: boolean;
  /** A source, and the JSON of what it gives. */
  readonly example: readonly [source: string, result: string];
}

/**
 * In the order of the catalogue. The build of the portal works this out and gives the browser the outcome, so that it
 * doesn't load all of the evaluator for the sake of some help texts.
 */
export const FUNCTION_HELP: readonly FunctionHelp[] = FUNCTIONS.map((definition) => ({
  name: definition.name,
  group: GROUP_TITLES[definition.group],
  signature: signatureOf(definition),
  help: definition.help,
  takesArguments: definition.parameters.length > 0,
  example: [definition.example[0], JSON.stringify(definition.example[1])],
}));

export const FUNCTION_GROUPS: readonly string[] = GROUPS.map((group) => GROUP_TITLES[group]);

/** Where in a workflow an expression stands, which says what it can see: a step's key, or one of these. */
export type Place = { readonly step: string } | 'variables' | 'output';

/** What an expression may see: names to JSON values. */
export type Scope = Readonly<Record<string, unknown>>;

/** What makes an evaluation repeatable: its time, and what its random values come from. */
export interface Moment {
  readonly now: Date;
  readonly seed: string;
}

/** The expressions of one definition, as its connections are now. */
export interface Program {
  /** @throws MiddleError expression_failed, or expression_invalid when a connection no longer fits */
  evaluate(place: Place, source: string, scope: Scope, moment: Moment): Promise<unknown>;
}

/** A program that can also say what an expression looks at, without working it out. */
export interface ReadableProgram extends Program {
  /** The values in the scope that the expression looks at, by their paths; none when the text is no expression. */
  reads(place: Place, source: string, scope: Scope): Readonly<Record<string, unknown>>;
}

/** What an expression may see: names to JSON values. */
export type Scope = Readonly<Record<string, unknown>>;

/** What makes an evaluation repeatable: its time, and what its random values come from. */
export interface Moment {
  readonly now: Date;
  readonly seed: string;
}

/** Evaluates expressions of published workflows, loading the related records that they name. */
export interface Expressions {
  /** @throws MiddleError expression_failed, with the place in the source */
  evaluate(source: string, scope: Scope, moment: Moment): Promise<unknown>;
}

import type { ExpressionType } from '../type.ts';

export const GROUPS = ['logic', 'text', 'number', 'date', 'list', 'object'] as const;
export type Group = (typeof GROUPS)[number];

export interface Parameter {
  readonly name: string;
  readonly type: ExpressionType;
  readonly isOptional?: boolean;
  /** The last one, any number of times. */
  readonly isRest?: boolean;
  /** `x, expression`: the expression is worked out for each item, named x. */
  readonly isEach?: boolean;
  /** Only these texts, written out. */
  readonly oneOf?: readonly string[];
  /** Looks at a text that is written out: what is wrong with it, and what may be meant. */
  readonly look?: (written: string) => Remark | null;
}

export interface Remark {
  readonly message: string;
  readonly meant?: string | null;
}

/** What a function of the language is, as data: the checker, the evaluator, completion and the documentation read it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly group: Group;
  /** What it does, in one line. */
  readonly help: string;
  readonly parameters: readonly Parameter[];
  /** The result's type from those of the arguments; of an each argument, the type of its expression. */
  readonly result: (args: readonly ExpressionType[]) => ExpressionType;
  /** Null among the arguments makes the result null, without a call; unless it says that it takes null. */
  readonly takesNull?: boolean;
  readonly run: (args: readonly unknown[], context: RunContext) => unknown;
  readonly example: readonly [source: string, result: unknown];
}

/** What makes an evaluation repeatable, and what bounds it. */
export interface RunContext {
  readonly now: Date;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Counts work: a unit for each item or 16 characters or so. @throws MiddleError expression_failed over the limit */
  readonly charge: (units: number) => void;
}

/** An each argument as a function gets it. */
export type Each = (item: unknown) => unknown;

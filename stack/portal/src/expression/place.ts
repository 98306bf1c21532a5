import type { ExpressionType } from '@middle/core/expression/type.ts';

/** Where an expression stands: what it may name, and values to try it with. */
export interface ExpressionPlace {
  readonly accountId: string;
  readonly scope: Readonly<Record<string, ExpressionType>>;
  /** Which connection of the account is meant by each name within the types of records. */
  readonly connections: Readonly<Record<string, string>>;
  /** What the preview works on; without it there is none. */
  readonly sample?: Sample | null | undefined;
}

export interface Sample {
  /** What it is, for a person: “Keflavík Airport”. */
  readonly label: string;
  /** By the names of the scope. A record is its data. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What is wrong with an expression; without a place it is about all of it. */
export interface ExpressionProblem {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly message: string;
  /** To put in place of what is there. */
  readonly suggestion?: string | undefined;
}

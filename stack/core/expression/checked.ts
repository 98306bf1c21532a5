import type { FunctionDefinition } from './functions/definition.ts';
import type { Relation } from './records.ts';
import type { BinaryOperator, Span, UnaryOperator } from './syntax.ts';
import type { ExpressionType } from './type.ts';

/** How two values are compared: moments by the time they stand for, whatever their zone is written as. */
export type Comparison = 'plain' | 'moment';

/** An expression whose types are right, ready to be worked out. */
export type Checked = Span & { readonly type: ExpressionType } & (
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'field'; readonly of: Checked; readonly key: string }
    | { readonly kind: 'item'; readonly of: Checked; readonly at: Checked }
    | {
        readonly kind: 'call';
        readonly definition: FunctionDefinition;
        readonly args: readonly (Checked | EachArgument)[];
      }
    | { readonly kind: 'related'; readonly of: Checked; readonly relation: Relation }
    | { readonly kind: 'list'; readonly items: readonly Checked[] }
    | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Checked])[] }
    | { readonly kind: 'if'; readonly test: Checked; readonly yes: Checked; readonly no: Checked }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly of: Checked }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Checked;
        readonly right: Checked;
        readonly comparison: Comparison;
      }
  );

/** `x, expression` */
export interface EachArgument {
  readonly kind: 'each';
  readonly variable: string;
  readonly body: Checked;
}

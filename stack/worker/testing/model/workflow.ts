import * as fc from 'fast-check';

/**
 * Workflows made at random, each twice: as the definition that the engine gets, and as a tree that the model walks
 * through. Every number stays below MODULUS, so that both get the same.
 */
export const MODULUS = 997;

/** What a step works out from the variable v; null stays null. */
export type Sum =
  | { readonly form: 'plus'; readonly by: number }
  | { readonly form: 'times'; readonly by: number }
  /** The item of the for each around; outside of one, plus 1. */
  | { readonly form: 'item' }
  | { readonly form: 'null' };

export type Wish =
  | { readonly kind: 'set'; readonly sum: Sum }
  | { readonly kind: 'decision'; readonly divisor: number; readonly blocks: readonly [Block, Block] }
  /** Of the input that may be null: then it fails. */
  | { readonly kind: 'maybe'; readonly blocks: readonly [Block, Block] }
  | { readonly kind: 'switch'; readonly blocks: readonly [Block, Block, Block] }
  | {
      readonly kind: 'each';
      readonly items: readonly number[] | 'input';
      readonly blocks: readonly [Block];
      readonly goesOn: boolean;
    }
  | { readonly kind: 'wait'; readonly seconds: number | 'v' }
  | {
      readonly kind: 'action';
      readonly attempts: number;
      readonly codes: readonly string[] | null;
      readonly takes: boolean;
    }
  /** One of the workflows before this one. */
  | { readonly kind: 'call'; readonly choice: number; readonly takes: boolean }
  | { readonly kind: 'stop'; readonly outcome: 'succeeded' | 'failed' };
export type WishedStep = Wish & { readonly onError: Block | null };
export type Block = readonly WishedStep[];

const { block } = fc.letrec<{ step: WishedStep; block: Block; onError: Block | null }>((tie) => {
  const step = (wish: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<WishedStep> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fast-check can't say which member it makes
    fc.record({ ...wish, onError: tie('onError') }) as fc.Arbitrary<WishedStep>;
  const constant = fc.constant;
  return {
    block: fc.array(tie('step'), { maxLength: 5, depthIdentifier: 'steps' }),
    onError: fc.option(tie('block'), { freq: 2, nil: null, depthIdentifier: 'steps' }),
    step: fc.oneof(
      { depthIdentifier: 'steps', depthSize: 'medium', withCrossShrink: true },
      step({
        kind: constant('set'),
        sum: fc.oneof(
          { weight: 4, arbitrary: fc.record({ form: constant('plus'), by: fc.nat(50) }) },
          {
            weight: 2,
            arbitrary: fc.record({ form: constant('times'), by: fc.integer({ min: 2, max: 9 }) }),
          },
          { weight: 2, arbitrary: constant({ form: 'item' }) },
          { weight: 1, arbitrary: constant({ form: 'null' }) },
        ),
      }),
      action(step),
      action(step),
      step({ kind: constant('wait'), seconds: fc.constantFrom<number | 'v'>(0, 7, 'v', -1) }),
      step({ kind: constant('call'), choice: fc.nat(9), takes: fc.boolean() }),
      step({ kind: constant('stop'), outcome: fc.constantFrom('succeeded', 'failed') }),
      step({
        kind: constant('decision'),
        divisor: fc.integer({ min: 1, max: 4 }),
        blocks: fc.tuple(tie('block'), tie('block')),
      }),
      step({ kind: constant('maybe'), blocks: fc.tuple(tie('block'), tie('block')) }),
      step({ kind: constant('switch'), blocks: fc.tuple(tie('block'), tie('block'), tie('block')) }),
      step({
        kind: constant('each'),
        items: fc.oneof(fc.array(fc.nat(20), { maxLength: 3 }), constant('input')),
        blocks: fc.tuple(tie('block')),
        goesOn: fc.boolean(),
      }),
    ),
  };
});

function action(
  step: (wish: Record<string, fc.Arbitrary<unknown>>) => fc.Arbitrary<WishedStep>,
): fc.Arbitrary<WishedStep> {
  return step({
    kind: fc.constant('action'),
    attempts: fc.integer({ min: 1, max: 3 }),
    codes: fc.constantFrom(null, ['egress_failed']),
    takes: fc.boolean(),
  });
}

export const wishedBlock: fc.Arbitrary<Block> = block;

/** A step with its key, which the model walks through. */
export type ModelStep = Wish & {
  readonly key: string;
  readonly inner: readonly (readonly ModelStep[])[];
  readonly onErrorSteps: readonly ModelStep[] | null;
  readonly isInEach: boolean;
  /** Of a call: which of the workflows. */
  readonly workflow: number;
  /** Of an action: what tells it to the outside. */
  readonly name: string;
};

export interface ModelWorkflow {
  readonly steps: readonly ModelStep[];
  readonly definition: object;
}

/** @param ids of the workflows that it may call */
export function writeOut(wished: Block, ids: readonly string[]): ModelWorkflow {
  return new Writer(ids).workflow(wished);
}

class Writer {
  readonly #ids: readonly string[];
  #keys = 0;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  workflow(wished: Block): ModelWorkflow {
    const { steps, written } = this.#block(wished, false);
    const number = { kind: 'number' };
    const inputs = [
      { key: 'n', title: 'N', type: number },
      { key: 'maybe', title: 'Maybe', type: { kind: 'boolean' }, required: false },
      { key: 'list', title: 'List', type: { kind: 'array', of: number }, required: false },
    ];
    const definition = {
      inputs,
      variables: [{ key: 'v', title: 'V', type: number, initial: 'inputs.n' }],
      connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
      steps: written,
      output: [{ key: 'v', title: 'V', value: 'variables.v' }],
    };
    return { steps, definition };
  }

  #block(wished: Block, isInEach: boolean): { steps: ModelStep[]; written: object[] } {
    const steps: ModelStep[] = [];
    const written: object[] = [];
    for (const one of wished) {
      // Nothing to call: the first workflow.
      if (one.kind === 'call' && this.#ids.length === 0) continue;
      const step = this.#step(one, isInEach);
      steps.push(step.step);
      written.push(step.written);
      if ((one.kind === 'action' || one.kind === 'call') && one.takes) written.push(this.#taking(step.step));
    }
    return { steps, written };
  }

  #step(wished: WishedStep, isInEach: boolean): { step: ModelStep; written: object } {
    const key = `s${(this.#keys += 1)}`;
    const blocks: readonly Block[] = 'blocks' in wished ? wished.blocks : [];
    const inner = blocks.map((one) => this.#block(one, isInEach || wished.kind === 'each'));
    const onError =
      wished.onError === null || wished.kind === 'stop' ? null : this.#block(wished.onError, isInEach);
    const workflow = wished.kind === 'call' ? wished.choice % this.#ids.length : -1;
    const step = {
      ...wished,
      key,
      inner: inner.map(({ steps }) => steps),
      onErrorSteps: onError?.steps ?? null,
      isInEach,
      workflow,
      name: `${this.#ids.length}.${key}`,
    };
    const own = this.#own(
      step,
      inner.map(({ written }) => written),
    );
    const failing = onError === null ? {} : { onError: onError.written };
    return { step, written: { key, title: key, ...own, ...failing } };
  }

  /** The set step after an action or a call that takes what it gave. */
  #taking({ key }: ModelStep): object {
    const value = `(variables.v + steps.${key}.output.v) % ${MODULUS}`;
    return { kind: 'set', key: `${key}_taken`, title: 'Taken', variable: 'v', value };
  }

  #own(step: ModelStep, blocks: readonly object[]): object {
    switch (step.kind) {
      case 'set':
        return { kind: 'set', variable: 'v', value: sourceOf(step.sum, step.isInEach) };
      case 'decision':
        return {
          kind: 'decision',
          criteria: `variables.v % ${step.divisor} == 0`,
          whenTrue: blocks[0],
          whenFalse: blocks[1],
        };
      case 'maybe':
        return { kind: 'decision', criteria: 'inputs.maybe', whenTrue: blocks[0], whenFalse: blocks[1] };
      case 'switch':
        return {
          kind: 'switch',
          value: 'variables.v % 3',
          cases: [
            { key: 'zero', title: 'Zero', equals: ['0'], block: blocks[0] },
            { key: 'one', title: 'One', equals: ['5 - 5 + 7', '1'], block: blocks[1] },
          ],
          otherwise: blocks[2],
        };
      case 'each':
        return {
          kind: 'each',
          items: step.items === 'input' ? 'inputs.list' : JSON.stringify(step.items),
          block: blocks[0],
          onItemError: step.goesOn ? 'continue' : 'stop',
        };
      case 'wait':
        return {
          kind: 'wait',
          until: { kind: 'duration', seconds: step.seconds === 'v' ? 'variables.v % 40' : `${step.seconds}` },
        };
      case 'action':
        return {
          kind: 'action',
          connection: 'shop',
          action: 'order',
          input: { name: `"${step.name}"`, v: 'default(variables.v, -1)', n: 'inputs.n' },
          retry: {
            attempts: step.attempts,
            firstSeconds: 5,
            factor: 1,
            ...(step.codes === null ? {} : { codes: step.codes }),
          },
        };
      case 'call':
        return {
          kind: 'call',
          workflow: this.#ids[step.workflow],
          input: { n: 'default(variables.v, 3)', maybe: 'inputs.maybe', list: 'inputs.list' },
        };
      case 'stop':
        return { kind: 'stop', outcome: step.outcome };
    }
  }
}

function sourceOf(sum: Sum, isInEach: boolean): string {
  if (sum.form === 'null') return 'null';
  if (sum.form === 'times') return `variables.v * ${sum.by} % ${MODULUS}`;
  const by = sum.form === 'plus' ? sum.by : isInEach ? 'item' : 1;
  return `(variables.v + ${by}) % ${MODULUS}`;
}

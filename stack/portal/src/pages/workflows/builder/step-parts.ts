import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';

/**
 * What steps are made of, kind by kind: the blocks they hold and the expressions in them. Everything that edits steps
 * goes through here, so that a new kind of step has one place to be written down.
 */

/** The step with each of its blocks replaced by what `change` makes of it; blocks it doesn't have stay that way. */
export function mapBlocks(
  step: Step,
  change: (steps: readonly Step[], name: string) => readonly Step[],
): Step {
  const within = mapOwnBlocks(step, change);
  if (within.kind === 'stop' || within.onError === null) return within;
  return { ...within, onError: change(within.onError, 'onError') };
}

function mapOwnBlocks(step: Step, change: (steps: readonly Step[], name: string) => readonly Step[]): Step {
  switch (step.kind) {
    case 'decision':
      return {
        ...step,
        whenTrue: change(step.whenTrue, 'whenTrue'),
        whenFalse: change(step.whenFalse, 'whenFalse'),
      };
    case 'switch':
      return {
        ...step,
        cases: step.cases.map((one) => ({ ...one, block: change(one.block, one.key) })),
        otherwise: change(step.otherwise, 'otherwise'),
      };
    case 'each':
      return { ...step, block: change(step.block, 'block') };
    case 'wait':
      return step.onDeadline === null ? step : { ...step, onDeadline: change(step.onDeadline, 'onDeadline') };
    case 'action':
    case 'bulk':
    case 'call':
    case 'export':
    case 'set':
    case 'stop':
      return step;
  }
}

type Rewrite = (source: string) => string;

/** The step with each of its own expressions rewritten; those of the steps within it stay. */
export function mapExpressions(step: Step, rewrite: Rewrite): Step {
  switch (step.kind) {
    case 'decision':
      return { ...step, criteria: rewrite(step.criteria) };
    case 'switch':
      return {
        ...step,
        value: rewrite(step.value),
        cases: step.cases.map((one) => ({ ...one, equals: one.equals.map(rewrite) })),
      };
    case 'action':
    case 'call':
      return { ...step, input: mapValues(step.input, rewrite) };
    case 'bulk':
      return {
        ...step,
        filter: step.filter === null ? null : rewrite(step.filter),
        input: mapValues(step.input, rewrite),
      };
    case 'export':
      return {
        ...step,
        filter: step.filter === null ? null : rewrite(step.filter),
        fileName: step.fileName === null ? null : rewrite(step.fileName),
        columns: step.columns.map((column) => ({ ...column, value: rewrite(column.value) })),
      };
    case 'set':
      return { ...step, value: rewrite(step.value) };
    case 'each':
      return { ...step, items: rewrite(step.items) };
    case 'stop':
      return { ...step, message: step.message === null ? null : rewrite(step.message) };
    case 'wait':
      return { ...step, until: untilOf(step.until, rewrite) };
  }
}

function mapValues(values: Readonly<Record<string, string>>, rewrite: Rewrite): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, source]) => [key, rewrite(source)]));
}

type Until = Extract<Step, { kind: 'wait' }>['until'];

function untilOf(until: Until, rewrite: Rewrite): Until {
  switch (until.kind) {
    case 'duration':
      return { ...until, seconds: rewrite(until.seconds) };
    case 'moment':
      return { ...until, at: rewrite(until.at) };
    case 'record':
      return { ...until, id: rewrite(until.id), criteria: rewrite(until.criteria) };
  }
}

/** Every step at any depth, those within a step before the step itself. */
export function mapSteps(steps: readonly Step[], change: (step: Step) => Step): readonly Step[] {
  return steps.map((step) => change(mapBlocks(step, (inner) => mapSteps(inner, change))));
}

/** Every expression of a definition rewritten. */
export function mapDefinition(definition: WorkflowDefinition, rewrite: Rewrite): WorkflowDefinition {
  return {
    ...definition,
    variables: definition.variables.map((one) => ({ ...one, initial: rewrite(one.initial) })),
    output: definition.output.map((one) => ({ ...one, value: rewrite(one.value) })),
    steps: [...mapSteps(definition.steps, (step) => mapExpressions(step, rewrite))],
  };
}

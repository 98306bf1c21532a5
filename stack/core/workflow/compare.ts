import type { Step, WorkflowDefinition } from './definition.ts';
import { blocksOf, walk } from './tree.ts';

/** One thing that differs between two definitions of a workflow. */
export interface DefinitionChange {
  readonly part: 'step' | 'input' | 'variable' | 'connection' | 'output' | 'workflow';
  /** Of the step, input, …; empty for the workflow itself. */
  readonly key: string;
  readonly title: string;
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  readonly fields: readonly FieldChange[];
  /** Of a step: its path in each definition. */
  readonly place?: { readonly before: string | null; readonly after: string | null };
}

export interface FieldChange {
  /** Within the part: `retry.attempts`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What differs, step by step. Steps are told apart by their keys: one with another key is another step. A step has moved
 * when it is in another block, or comes after others than before within its block.
 */
export function compareDefinitions(
  before: WorkflowDefinition,
  after: WorkflowDefinition,
): DefinitionChange[] {
  return [
    ...ofList('input', before.inputs, after.inputs),
    ...ofList('connection', before.connections, after.connections),
    ...ofList('variable', before.variables, after.variables),
    ...ofSteps(before, after),
    ...ofList('output', before.output, after.output),
    ...ofWorkflow(before, after),
  ];
}

function ofWorkflow(before: WorkflowDefinition, after: WorkflowDefinition): DefinitionChange[] {
  const { timeLimitSeconds } = before;
  const fields = differences({ timeLimitSeconds }, { timeLimitSeconds: after.timeLimitSeconds });
  return fields.length === 0 ? [] : [{ part: 'workflow', key: '', title: '', change: 'changed', fields }];
}

type Keyed = { readonly key: string; readonly title: string };

function ofList(
  part: DefinitionChange['part'],
  before: readonly Keyed[],
  after: readonly Keyed[],
): DefinitionChange[] {
  const old = new Map(before.map((one) => [one.key, one]));
  const kept = new Set(after.map(({ key }) => key));
  const gone = before.filter(({ key }) => !kept.has(key));
  return [
    ...gone.map(({ key, title }) => ({ part, key, title, change: 'removed', fields: [] }) as const),
    ...after.flatMap((one): DefinitionChange[] => {
      const { key, title } = one;
      const was = old.get(key);
      if (was === undefined) return [{ part, key, title, change: 'added', fields: [] }];
      const fields = differences(was, one);
      return fields.length === 0 ? [] : [{ part, key, title, change: 'changed', fields }];
    }),
  ];
}

interface Placed {
  readonly step: Step;
  readonly path: string;
  /** The block it is in. */
  readonly block: string;
}

function ofSteps(before: WorkflowDefinition, after: WorkflowDefinition): DefinitionChange[] {
  const old = placesOf(before);
  const current = placesOf(after);
  const moved = movedKeys(old, current);
  const gone = [...old].filter(([key]) => !current.has(key));
  return [
    ...gone.map(([key, { step, path }]) => ofStep(key, step, 'removed', path, null)),
    ...[...current].flatMap(([key, { step, path }]) => {
      const was = old.get(key);
      if (was === undefined) return [ofStep(key, step, 'added', null, path)];
      const fields = differences(ownFields(was.step), ownFields(step));
      if (fields.length === 0 && !moved.has(key)) return [];
      return [ofStep(key, step, moved.has(key) ? 'moved' : 'changed', was.path, path, fields)];
    }),
  ];
}

function ofStep(
  key: string,
  { title }: Step,
  change: DefinitionChange['change'],
  before: string | null,
  after: string | null,
  fields: readonly FieldChange[] = [],
): DefinitionChange {
  return { part: 'step', key, title, change, fields, place: { before, after } };
}

function placesOf(definition: WorkflowDefinition): ReadonlyMap<string, Placed> {
  const blocks = new Map<string, string>();
  for (const { step } of walk(definition)) {
    for (const { name, steps } of blocksOf(step)) {
      for (const { key } of steps) blocks.set(key, `${step.key}.${name}`);
    }
  }
  return new Map(
    [...walk(definition)].map(({ step, path }) => [
      step.key,
      { step, path, block: blocks.get(step.key) ?? '' },
    ]),
  );
}

/** In another block, or out of the longest order that both have: so moving one step up tells of one move. */
function movedKeys(
  before: ReadonlyMap<string, Placed>,
  after: ReadonlyMap<string, Placed>,
): ReadonlySet<string> {
  const moved = new Set<string>();
  const blocks = new Map<string, string[]>();
  for (const [key, { block }] of after) {
    const was = before.get(key);
    if (was === undefined) continue;
    if (was.block === block) blocks.set(block, [...(blocks.get(block) ?? []), key]);
    else moved.add(key);
  }
  const order = new Map([...before.keys()].map((key, index) => [key, index]));
  for (const keys of blocks.values()) {
    const still = longestRising(keys.map((key) => order.get(key) ?? 0));
    for (const [index, key] of keys.entries()) if (!still.has(index)) moved.add(key);
  }
  return moved;
}

/** The indexes of a longest rising subsequence. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const lengths: number[] = [];
  const previous: number[] = [];
  for (const [index, number] of numbers.entries()) {
    let best = -1;
    for (let earlier = 0; earlier < index; earlier += 1) {
      const isLonger = best === -1 || (lengths[earlier] ?? 0) > (lengths[best] ?? 0);
      if ((numbers[earlier] ?? 0) < number && isLonger) best = earlier;
    }
    lengths.push(best === -1 ? 1 : (lengths[best] ?? 0) + 1);
    previous.push(best);
  }
  const chosen = new Set<number>();
  let at = lengths.indexOf(Math.max(0, ...lengths));
  while (at !== -1 && at !== undefined) {
    chosen.add(at);
    at = previous[at] ?? -1;
  }
  return chosen;
}

/** Without the steps within it: those are looked at by themselves. */
function ownFields(step: Step): object {
  const names = new Set(blocksOf(step).map(({ name }) => name));
  const fields = Object.entries(step).filter(([name]) => !names.has(name) && name !== 'onError');
  const own = Object.fromEntries(fields);
  if (step.kind !== 'switch') return own;
  return { ...own, cases: step.cases.map(({ block: _block, ...rest }) => rest) };
}

/** The values that differ, as deep down as both sides are objects. */
export function differences(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (isEqual(before, after)) return [];
  return [{ path, before, after }];
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  return isObject(a) && isObject(b) && differences(a, b).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Checked, EachArgument } from '../expression/checked.ts';

/**
 * The values in the scope that an expression looks at, by their paths such as `steps.find.output.id`. Two evaluations
 * with the same time, random values and records give the same when these are the same.
 */
export function readsOf(
  expression: Checked,
  scope: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const paths = new Map<string, readonly string[]>();
  collect(expression, new Set(), paths);
  return Object.fromEntries([...paths].map(([name, path]) => [name, valueAt(scope, path)]));
}

function collect(
  node: Checked | EachArgument,
  locals: ReadonlySet<string>,
  paths: Map<string, readonly string[]>,
): void {
  const path = pathOf(node);
  if (path !== null) {
    if (!locals.has(path[0])) paths.set(path.join('.'), path);
    return;
  }
  for (const part of partsOf(node)) {
    collect(part, node.kind === 'each' ? new Set([...locals, node.variable]) : locals, paths);
  }
}

/** Of a name, or of fields of one. */
function pathOf(node: Checked | EachArgument): readonly [string, ...string[]] | null {
  if (node.kind === 'name') return [node.name];
  if (node.kind !== 'field') return null;
  const of = pathOf(node.of);
  return of === null ? null : [...of, node.key];
}

function partsOf(node: Checked | EachArgument): readonly (Checked | EachArgument)[] {
  switch (node.kind) {
    case 'value':
    case 'name':
      return [];
    case 'field':
    case 'related':
    case 'unary':
      return [node.of];
    case 'item':
      return [node.of, node.at];
    case 'call':
      return node.args;
    case 'list':
      return node.items;
    case 'object':
      return node.entries.map(([, value]) => value);
    case 'if':
      return [node.test, node.yes, node.no];
    case 'binary':
      return [node.left, node.right];
    case 'each':
      return [node.body];
  }
}

function valueAt(scope: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

import type { RecordType } from '../attribute.ts';
import type { ActionDefinition } from '../manifest.ts';
import { nearest } from '../nearest.ts';
import { checkWorkflow } from '../workflow/check.ts';
import type { WorkflowInterface } from '../workflow/scopes.ts';
import { compileRules } from '../workflow/trigger-rules.ts';
import type { ModuleContent, ModuleTrigger } from './content.ts';
import { placeholderId, readWorkflows, variablesOf, workflowsOf } from './parts.ts';
import type { ReadWorkflow } from './parts.ts';
import { valueProblems, withValues } from './values.ts';
import type { ModuleProblem } from './values.ts';

/** What the app of a slot offers, by the app's key: of the version that new connections get. */
export type KnownApps = ReadonlyMap<
  string,
  { readonly recordTypes: readonly RecordType[]; readonly actions: readonly ActionDefinition[] }
>;

/**
 * Everything that keeps a module from being published, as far as it can be seen without an account.
 * @throws MiddleError module_invalid when a definition is none, or calls what is not of the module
 */
export function checkModule(content: ModuleContent, apps: KnownApps): readonly ModuleProblem[] {
  const workflows = readWorkflows(content);
  const shape = [
    ...twice(content),
    ...unknownParts(content),
    ...circles(workflows),
    ...slots(content, workflows, apps),
    ...variables(content, workflows),
  ];
  // Expressions are judged by what is around them: while that is wrong, what they say would only distract.
  return shape.length > 0 ? shape : expressions(content, workflows, apps);
}

function twice(content: ModuleContent): readonly ModuleProblem[] {
  const { connections, variables: given, workflows, features } = content;
  const lists = { connections, variables: given, workflows, features };
  return [
    ...Object.entries(lists).flatMap(([part, list]) => twiceIn(part, list)),
    ...workflows.flatMap(({ key, triggers }) => twiceIn(`workflows.${key}.triggers`, triggers)),
    ...sameNames(workflows),
  ];
}

function twiceIn(part: string, list: readonly { readonly key: string }[]): readonly ModuleProblem[] {
  const keys = list.map(({ key }) => key);
  const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  return [...repeated].map((key) => ({ path: `${part}.${key}`, message: 'is there more than once' }));
}

function sameNames(workflows: ModuleContent['workflows']): readonly ModuleProblem[] {
  return workflows.flatMap(({ key, name, triggers }, index) => {
    const other = workflows.slice(0, index).find((one) => one.name === name);
    const names = triggers.map((one) => one.name);
    return [
      ...(other === undefined
        ? []
        : [{ path: `workflows.${key}.name`, message: `is “${name}”, as that of ${other.key}` }]),
      ...triggers
        .filter((one, at) => names.indexOf(one.name) !== at)
        .map((one) => ({
          path: `workflows.${key}.triggers.${one.key}.name`,
          message: `is “${one.name}”, as that of another trigger`,
        })),
    ];
  });
}

function unknownParts(content: ModuleContent): readonly ModuleProblem[] {
  const known = content.workflows.map(({ key }) => key);
  const used = new Set(
    workflowsOf(
      content,
      content.features.map(({ key }) => key),
    ).map(({ key }) => key),
  );
  return [
    ...content.features.flatMap(({ key, workflows }) =>
      workflows
        .filter((one) => !known.includes(one))
        .map((one) => ({ path: `features.${key}.workflows`, message: missing('workflow', one, known) })),
    ),
    ...known
      .filter((key) => !used.has(key))
      .map((key) => ({ path: `workflows.${key}`, message: 'is in no feature, and none of one calls it' })),
  ];
}

/** Who calls is published after whom it calls, so nobody can come first in a circle. */
function circles(workflows: readonly ReadWorkflow[]): readonly ModuleProblem[] {
  const byKey = new Map(workflows.map((one) => [one.key, one]));
  const done = new Set<string>();
  const problems: ModuleProblem[] = [];
  const visit = (key: string, way: readonly string[]): void => {
    if (way.includes(key)) {
      const circle = [...way.slice(way.indexOf(key)), key].join(' → ');
      problems.push({ path: `workflows.${key}`, message: `calls itself in the end: ${circle}` });
      return;
    }
    if (done.has(key)) return;
    for (const called of byKey.get(key)?.calls ?? []) visit(called, [...way, key]);
    done.add(key);
  };
  for (const { key } of workflows) visit(key, []);
  return problems;
}

function slots(
  { connections }: ModuleContent,
  workflows: readonly ReadWorkflow[],
  apps: KnownApps,
): readonly ModuleProblem[] {
  const keys = connections.map(({ key }) => key);
  const ofApps = connections
    .filter(({ app }) => !apps.has(app))
    .map(({ key, app }) => ({
      path: `connections.${key}.app`,
      message: `the stack has no version of the app ${app} that is on`,
    }));
  const ofWorkflows = workflows.flatMap(({ key, definition }) =>
    definition.connections.flatMap((slot) => {
      const path = `workflows.${key}.connections.${slot.key}`;
      const ofModule = connections.find((one) => one.key === slot.key);
      if (ofModule === undefined) return [{ path, message: missing('connection', slot.key, keys) }];
      if (ofModule.app === slot.app) return [];
      return [{ path, message: `is of the app ${slot.app}; that of the module is of ${ofModule.app}` }];
    }),
  );
  const ofTriggers = workflows.flatMap(({ key, triggers }) =>
    triggers.flatMap((one) =>
      one.kind === 'record' && !keys.includes(one.connection)
        ? [
            {
              path: `workflows.${key}.triggers.${one.key}.connection`,
              message: missing('connection', one.connection, keys),
            },
          ]
        : [],
    ),
  );
  return [...ofApps, ...ofWorkflows, ...ofTriggers];
}

/** A variable of the module is one of its workflows', has one type, and its own value is of that. */
function variables(content: ModuleContent, workflows: readonly ReadWorkflow[]): readonly ModuleProblem[] {
  const typed = variablesOf(content, workflows);
  const problems = content.variables.flatMap(({ key }) => {
    const path = `variables.${key}`;
    const declared = workflows.flatMap(({ definition }) =>
      definition.variables.filter((one) => one.key === key),
    );
    const types = new Set(declared.map(({ type }) => JSON.stringify(type)));
    if (types.size === 0) return [{ path, message: 'is a variable of none of the workflows' }];
    if (types.size > 1) return [{ path, message: 'has another type in one workflow than in another' }];
    return [];
  });
  if (problems.length > 0) return problems;
  const withDefault = typed.filter((one) => one.default !== undefined);
  const values = Object.fromEntries(withDefault.map((one) => [one.key, one.default]));
  return valueProblems(
    withDefault.map((one) => ({ ...one, required: one.type.nullable !== true })),
    withDefault.map(({ key }) => key),
    values,
  );
}

function expressions(
  content: ModuleContent,
  workflows: readonly ReadWorkflow[],
  apps: KnownApps,
): readonly ModuleProblem[] {
  const typed = variablesOf(content, workflows);
  const appOf = new Map(content.connections.map(({ key, app }) => [key, apps.get(app)]));
  const offers = <T>(of: (app: NonNullable<ReturnType<KnownApps['get']>>) => T): ReadonlyMap<string, T> =>
    new Map([...appOf].flatMap(([key, app]) => (app === undefined ? [] : [[key, of(app)] as const])));
  const surroundings = {
    recordTypes: offers(({ recordTypes }) => recordTypes),
    actions: offers(({ actions }) => actions),
    workflows: interfaces(content, workflows),
  };
  const ownKeys = new Set(typed.map(({ key }) => key));
  return workflows.flatMap(({ key, definition, triggers }) => {
    // What an account gives stands in for what the template's variable began with.
    const given = withValues(definition, typed, {});
    const own = checkWorkflow(given, surroundings).filter(({ path }) => {
      const at = /^variables\[(\d+)\]\.initial$/.exec(path)?.[1];
      return at === undefined || !ownKeys.has(given.variables[Number(at)]?.key ?? '');
    });
    return [
      ...own.map(({ path, message }) => ({ path: `workflows.${key}.${path}`, message })),
      ...triggers.flatMap((one) => triggerProblems(one, key, definition.inputs, surroundings.recordTypes)),
    ];
  });
}

function interfaces(
  content: ModuleContent,
  workflows: readonly ReadWorkflow[],
): ReadonlyMap<string, WorkflowInterface> {
  return new Map(
    content.workflows.map(({ name }, index) => {
      const definition = workflows[index]?.definition;
      const output = (definition?.output ?? []).map(({ key, title }) => ({
        key,
        title,
        type: { kind: 'any', nullable: true } as const,
      }));
      return [placeholderId(index), { name, inputs: definition?.inputs ?? [], output }];
    }),
  );
}

function triggerProblems(
  trigger: ModuleTrigger,
  workflow: string,
  inputs: ReadWorkflow['definition']['inputs'],
  recordTypes: ReadonlyMap<string, readonly RecordType[]>,
): readonly ModuleProblem[] {
  const at = `workflows.${workflow}.triggers.${trigger.key}`;
  const rules = {
    input: trigger.input,
    discard: trigger.discard,
    requeue: trigger.kind === 'record' ? trigger.requeue : null,
  };
  if (trigger.kind === 'schedule') return ruleProblems(at, rules, { record: null }, inputs);
  const types = recordTypes.get(trigger.connection) ?? [];
  const keys = types.map(({ key }) => key);
  if (!keys.includes(trigger.recordType)) {
    return [{ path: `${at}.recordType`, message: missing('record type', trigger.recordType, keys) }];
  }
  const record = { connectionId: trigger.connection, recordType: trigger.recordType, recordTypes: types };
  return ruleProblems(at, rules, { record }, inputs);
}

function ruleProblems(
  at: string,
  rules: Parameters<typeof compileRules>[0],
  sight: Parameters<typeof compileRules>[1],
  inputs: ReadWorkflow['definition']['inputs'],
): readonly ModuleProblem[] {
  const compiled = compileRules(rules, sight, { inputs, bindings: {} });
  if (compiled.ok) return [];
  return compiled.problems.map(({ place, message }) => ({ path: `${at}.${place}`, message }));
}

function missing(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== null) return `there is no ${what} “${name}”; did you mean ${near}?`;
  return known.length === 0
    ? `there is no ${what} “${name}”`
    : `there is no ${what} “${name}”; there are ${known.join(', ')}`;
}

import type { Input } from '../../data/api.ts';
import type { AccountModule } from '../../data/types.ts';

type Variable = AccountModule['variables'][number];

/** What a person has chosen on the page, as its fields have it. */
export interface Choice {
  readonly features: readonly string[];
  readonly connections: Readonly<Record<string, string>>;
  /** Texts of the fields; an empty one leaves the value to the module. */
  readonly variables: Readonly<Record<string, string>>;
  readonly triggersOn: boolean;
  readonly copies: 'delete' | 'keep';
  readonly underWay: 'finish' | 'cancel';
}

export function choiceOf({ optIn, connections, variables }: AccountModule): Choice {
  const filled = connections.flatMap(({ key, candidates }) => {
    const [only] = candidates;
    const id = optIn?.connections[key] ?? (candidates.length === 1 ? only?.id : undefined);
    return candidates.some((one) => one.id === id) && id !== undefined ? [[key, id] as const] : [];
  });
  const given = variables.flatMap((one) => {
    const isGiven = optIn !== null && Object.hasOwn(optIn.variables, one.key);
    return isGiven ? [[one.key, textOf(one, optIn.variables[one.key])] as const] : [];
  });
  return {
    features: optIn?.features ?? [],
    connections: Object.fromEntries(filled),
    variables: Object.fromEntries(given),
    triggersOn: optIn?.triggersOn ?? true,
    copies: 'delete',
    underWay: 'finish',
  };
}

/** What the chosen features need, by key. */
export function neededBy(
  { features }: AccountModule,
  chosen: readonly string[],
): { readonly connections: ReadonlySet<string>; readonly variables: ReadonlySet<string> } {
  const wanted = features.filter(({ key }) => chosen.includes(key));
  return {
    connections: new Set(wanted.flatMap((one) => one.connections)),
    variables: new Set(wanted.flatMap((one) => one.variables)),
  };
}

const isPlain = ({ type: { kind } }: Variable): boolean =>
  kind === 'text' || kind === 'date' || kind === 'datetime';

/** A value as its field shows it. Null, as nothing is, is an empty one. */
export function textOf(variable: Variable, value: unknown): string {
  if (value === undefined || value === null) return '';
  return isPlain(variable) && typeof value === 'string' ? value : JSON.stringify(value);
}

type Body = Input<'chooseModule'>['body'];

/** The request that a choice stands for, or what is missing first. */
export function bodyOf(module: AccountModule, choice: Choice): Body | string {
  if (choice.features.length === 0) return 'Choose at least one feature';
  const needed = neededBy(module, choice.features);
  const open = module.connections.find(
    ({ key }) => needed.connections.has(key) && choice.connections[key] === undefined,
  );
  if (open !== undefined) {
    return open.candidates.length === 0
      ? `The account has no connection of ${open.app} for “${open.title}” yet`
      : `Choose a connection for “${open.title}” first`;
  }
  const variables: Record<string, unknown> = {};
  for (const one of module.variables) {
    const text = choice.variables[one.key] ?? '';
    if (text.trim() === '') {
      if (one.required && needed.variables.has(one.key)) return `Give “${one.title}” a value first`;
      continue;
    }
    const value = valueOf(one, text);
    if (value === undefined) return `“${one.title}” is not written as JSON`;
    variables[one.key] = value;
  }
  const { features, connections, triggersOn, copies, underWay } = choice;
  return {
    features: [...features],
    connections: { ...connections },
    variables,
    triggersOn,
    copies,
    underWay,
  };
}

function valueOf(variable: Variable, text: string): unknown {
  if (isPlain(variable)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

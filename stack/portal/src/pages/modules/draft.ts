import type { ModuleContent } from '@middle/core/module/content.ts';
import { callsOf } from '@middle/core/module/parts.ts';
import type { Input } from '../../data/api.ts';
import type { Module, Workflow } from '../../data/types.ts';

/** A module that is being made of an account's workflows, as the fields have it. */
export interface Draft {
  readonly accountId: string;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly features: readonly FeatureDraft[];
  readonly variables: readonly VariableDraft[];
  readonly notes: string;
}

export interface FeatureDraft {
  /** Absent: made of its title. What it has it keeps, because accounts chose it by that. */
  readonly key: string | null;
  readonly title: string;
  readonly description: string;
  /** Ids. */
  readonly workflows: readonly string[];
}

export interface VariableDraft {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /** JSON; empty: each account gives its own. */
  readonly value: string;
}

export const NEW_FEATURE: FeatureDraft = { key: null, title: '', description: '', workflows: [] };

/** Of the newest version, so that a new one begins as it. */
export function draftOf(module: Module | null, content: ModuleContent | null, accountId: string): Draft {
  const ids = Object.entries(module?.template?.workflows ?? {});
  return {
    accountId: module?.template?.accountId ?? accountId,
    key: module?.key ?? '',
    title: module?.title ?? '',
    description: module?.description ?? '',
    features: content?.features.map(({ key, title, description, workflows }) => ({
      key,
      title,
      description,
      workflows: ids.filter(([, own]) => workflows.includes(own)).map(([id]) => id),
    })) ?? [NEW_FEATURE],
    variables:
      content?.variables.map(({ key, title, description, default: own }) => ({
        key,
        title,
        description,
        value: own === undefined ? '' : JSON.stringify(own),
      })) ?? [],
    notes: '',
  };
}

/** A name as a key: “New customers” is new-customers. */
export function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
}

/** These workflows and those that they call, as far as they are loaded. */
export function withCalled(chosen: readonly string[], loaded: readonly Workflow[]): readonly string[] {
  const ids = new Set(chosen);
  for (const id of ids) {
    const workflow = loaded.find((one) => one.id === id);
    if (workflow !== undefined) for (const called of callsOf(workflow.draft)) ids.add(called);
  }
  return [...ids];
}

type Body = Input<'publishModuleFromAccount'>['body'];

/** The request that a draft stands for, or what is missing first. */
export function requestOf(draft: Draft): Body | string {
  const title = draft.title.trim();
  if (title === '') return 'Give it a title first';
  const key = draft.key === '' ? keyOf(title) : draft.key;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(key)) return 'The key must be small letters, digits and hyphens';
  const features: Body['features'] = [];
  for (const { key: own, title: name, description, workflows } of draft.features) {
    if (name.trim() === '') return 'Give each feature a title';
    if (workflows.length === 0) return `Choose the workflows of “${name.trim()}”`;
    features.push({
      key: own ?? keyOf(name),
      title: name.trim(),
      description: description.trim(),
      workflows: [...workflows],
    });
  }
  const variables: NonNullable<Body['variables']> = [];
  for (const { key: own, title: name, description, value } of draft.variables) {
    if (name.trim() === '') return `Give the variable ${own} a title`;
    const parsed = value.trim() === '' ? {} : parse(value);
    if (parsed === null) return `The value of “${name}” is not written as JSON`;
    variables.push({ key: own, title: name.trim(), description, ...parsed });
  }
  return {
    key,
    title,
    description: draft.description.trim(),
    features,
    variables,
    notes: draft.notes.trim(),
  };
}

function parse(text: string): { default: unknown } | null {
  try {
    return { default: JSON.parse(text) };
  } catch {
    return null;
  }
}

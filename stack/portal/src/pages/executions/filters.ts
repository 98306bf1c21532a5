import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Input } from '../../data/api.ts';
import { keysOf } from '../../data/keys.ts';
import type { Execution } from '../../data/types.ts';
import { CAUSE_TITLES } from './execution-words.ts';

export const STATES = {
  all: undefined,
  open: ['ready', 'running', 'waiting'],
  failed: ['failed'],
  succeeded: ['succeeded'],
  cancelled: ['cancelled'],
} as const satisfies Record<string, Execution['state'][] | undefined>;
export type StateFilter = keyof typeof STATES;

/** Hours back from now. */
export const SPANS = { '': 'Any time', '1': 'Last hour', '24': 'Last day', '168': 'Last week' } as const;
export type Span = keyof typeof SPANS;

export interface ExecutionFilters {
  readonly state: StateFilter;
  readonly cause: Execution['cause'] | '';
  readonly workflow: string;
  readonly trigger: string;
  readonly parent: string;
  readonly span: Span;
  readonly text: string;
}

export const NO_FILTERS: ExecutionFilters = {
  state: 'all',
  cause: '',
  workflow: '',
  trigger: '',
  parent: '',
  span: '',
  text: '',
};

/** The filters live in the address, so that a link shows the same list. */
export function useExecutionFilters(): readonly [
  ExecutionFilters,
  (change: Partial<ExecutionFilters>) => void,
] {
  const search: Partial<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const text = (key: keyof ExecutionFilters): string => {
    const value = search[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const filters: ExecutionFilters = {
    state: keysOf(STATES).find((key) => key === text('state')) ?? 'all',
    cause: keysOf(CAUSE_TITLES).find((key) => key === text('cause')) ?? '',
    workflow: text('workflow'),
    trigger: text('trigger'),
    parent: text('parent'),
    span: keysOf(SPANS).find((key) => key === text('span')) ?? '',
    text: text('text'),
  };
  const set = (change: Partial<ExecutionFilters>): void => {
    const entries = Object.entries({ ...filters, ...change }).filter(
      ([, value]) => value !== '' && value !== 'all',
    );
    void navigate({ to: '.', search: Object.fromEntries(entries), replace: true });
  };
  return [filters, set];
}

export function isFiltered(filters: ExecutionFilters): boolean {
  return keysOf(NO_FILTERS).some((key) => filters[key] !== NO_FILTERS[key]);
}

type Query = NonNullable<Input<'listExecutions'>['query']>;
export type ExecutionQuery = Omit<Query, 'limit' | 'after'>;

const HOUR = 3_600_000;

/** As the API takes it. The beginning of a span moves by the minute, so that a list is not asked for anew each second. */
export function queryOf(filters: ExecutionFilters, now: number): ExecutionQuery {
  const { cause, workflow, trigger, parent, span, text } = filters;
  const state = STATES[filters.state];
  const from = Math.floor((now - Number(span) * HOUR) / 60_000) * 60_000;
  return {
    ...(state !== undefined && { state: [...state] }),
    ...(cause !== '' && { cause }),
    ...(workflow !== '' && { workflowId: workflow }),
    ...(trigger !== '' && { triggerId: trigger }),
    ...(parent !== '' && { parentId: parent }),
    ...(span !== '' && { from: new Date(from).toISOString() }),
    ...(text !== '' && { text }),
  };
}

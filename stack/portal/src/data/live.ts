import { ApiProblem, addressOf } from '@middle/contract/client.ts';
import { endpoints } from '@middle/contract/endpoints.ts';
import { useSyncExternalStore } from 'react';
import { api, markStale, queryClient } from './api.ts';
import type { LiveEvent, SyncRun } from './types.ts';

/** live: the stream is open. polling: the API answers, the stream doesn't. down: nothing answers. */
export type LiveState = 'connecting' | 'live' | 'polling' | 'down';

let state: LiveState = 'connecting';
let runs: ReadonlyMap<string, SyncRun> = new Map();
const listeners = new Set<() => void>();
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

const RETRY_MILLISECONDS = 1500;
const POLL_MILLISECONDS = 3000;
const EXECUTIONS_STALE_MILLISECONDS = 2000;
const OPEN_STATES: ReadonlySet<SyncRun['state']> = new Set(['queued', 'running', 'storing']);

export function isOpen(run: { readonly state: SyncRun['state'] }): boolean {
  return OPEN_STATES.has(run.state);
}

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

/** How often a query should ask by itself: not at all while the stream tells. */
export function usePollInterval(): number | false {
  return useLiveState() === 'live' ? false : POLL_MILLISECONDS;
}

/** Open runs as the stream tells them, those that just ended included until the page asks anew. */
export function useLiveRuns(): ReadonlyMap<string, SyncRun> {
  return useSyncExternalStore(subscribe, () => runs);
}

export function startLive(): () => void {
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    runs = new Map();
    become('connecting');
  };
}

function open(): void {
  source?.close();
  source = new EventSource(addressOf(endpoints.streamEvents));
  source.addEventListener('open', () => {
    const was = state;
    // The stream begins with every open run; what ended meanwhile is not among them.
    runs = new Map();
    become('live');
    notify();
    // What was missed while there was no stream.
    if (was !== 'connecting') void queryClient.invalidateQueries();
  });
  for (const kind of ['run', 'queues', 'executions']) source.addEventListener(kind, hear);
  source.addEventListener('error', () => {
    source?.close();
    source = null;
    void look();
  });
}

/** The stream broke: learn whether the API is gone or only the stream is, and try again. */
async function look(): Promise<void> {
  const answered = await api.getMe().then(
    () => true,
    (error: unknown) => error instanceof ApiProblem && error.status === 401,
  );
  if (answered && state === 'down') void queryClient.invalidateQueries();
  become(answered ? 'polling' : 'down');
  clearTimeout(timer);
  timer = setTimeout(open, RETRY_MILLISECONDS);
}

function become(next: LiveState): void {
  if (state === next) return;
  state = next;
  notify();
}

function hear(event: MessageEvent<string>): void {
  // The API's own stream; its shape is the contract's.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const told = JSON.parse(event.data) as LiveEvent;
  if (told.kind === 'queues') {
    queryClient.setQueryData(['listQueues', {}], { items: told.queues });
    return;
  }
  if (told.kind === 'executions') {
    executionsStaleSoon();
    return;
  }
  const { run } = told;
  const before = runs.get(run.id);
  runs = new Map(runs).set(run.id, run);
  queryClient.setQueryData(['getSyncRun', { params: { runId: run.id } }], run);
  notify();
  if (before?.state !== run.state) staleSoon(isOpen(run));
  if (!isOpen(run)) forgetLater(run.id);
}

let pending: ReturnType<typeof setTimeout> | undefined;

/** Many runs change within a second; lists ask once. */
function staleSoon(opened: boolean): void {
  pending ??= setTimeout(
    () => {
      pending = undefined;
      markStale([
        'listSyncRuns',
        'listRecordSets',
        'listAccounts',
        'getAccount',
        'listInvalidRecords',
        'listSyncRunInvocations',
        'listConnections',
      ]);
    },
    opened ? 400 : 900,
  );
}

let executionsPending: ReturnType<typeof setTimeout> | undefined;

/** Executions may move every second for hours: what shows them asks anew every two. */
function executionsStaleSoon(): void {
  executionsPending ??= setTimeout(() => {
    executionsPending = undefined;
    markStale([
      'listExecutions',
      'getExecution',
      'listStepRuns',
      'getExecutionStatistics',
      'listWorkflows',
      'listTriggers',
    ]);
  }, EXECUTIONS_STALE_MILLISECONDS);
}

function forgetLater(id: string): void {
  setTimeout(() => {
    const run = runs.get(id);
    if (run === undefined || isOpen(run)) return;
    const rest = new Map(runs);
    rest.delete(id);
    runs = rest;
    notify();
  }, 20_000);
}

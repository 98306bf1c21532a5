import { listStepRuns as endpoint } from '@middle/contract/executions/list-step-runs.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import { listStepRuns as list } from '@middle/store/executions/history.ts';
import type { StepRunView } from '@middle/store/executions/history.ts';
import { readDefinition } from '@middle/store/executions/load.ts';
import { z } from 'zod';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { existingExecution } from './answer.ts';

const position = z.int().min(1).max(2_147_483_647);

export const listStepRuns = handler(endpoint, async ({ deps, params, query }) => {
  const { id, workflowId, version } = await existingExecution(deps.database, params.executionId);
  const definition = await readDefinition(deps.database, workflowId, version);
  const titles = new Map([...walk(definition)].map(({ step }) => [step.key, step.title]));
  const rows = await list(deps.database, id, {
    limit: query.limit + 1,
    after: query.after === undefined ? undefined : decodeCursor(position, query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ sequence }) => sequence);
  return { items: items.map((row) => stepAnswer(row, titles)), next };
});

function stepAnswer({ tried, ...row }: StepRunView, titles: ReadonlyMap<string, string>) {
  const [key = row.place] = row.place.split('[');
  return {
    ...row,
    key,
    title: titles.get(key) ?? key,
    tried: tried.map(({ invocation = null, startedAt = null, error }) => ({ invocation, startedAt, error })),
  };
}

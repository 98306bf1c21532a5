import sql from 'sql-template-tag';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { prepareRepeat, startRepeat } from '@middle/store/executions/again.ts';
import type { AgainDeps, AgainRequest } from '@middle/store/executions/again.ts';
import { readWithLog } from '@middle/store/executions/recorded.ts';
import { announceExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { bareDeps } from './execution-world.ts';
import type { ExecutionWorld } from './execution-world.ts';

/** What repeats stand on, without an index: nothing names another record. */
export function repeatDeps({ database }: Pick<ExecutionWorld, 'database'>): AgainDeps {
  return { database, search: { query: () => Promise.resolve({ hits: [] }) }, keys: bareDeps(database).keys };
}

/** Runs an execution again, as the API does; returns the new one's id. */
export async function again(
  stack: ExecutionWorld,
  executionId: string,
  request: Partial<AgainRequest> = {},
): Promise<string> {
  const id = uuidv7(new Date());
  const kept = await readWithLog(stack.database, executionId);
  const repeat = await prepareRepeat(repeatDeps(stack), kept, {
    id,
    from: null,
    version: 'current',
    by: 'Ann',
    ...request,
  });
  await stack.database.transaction(async (client) => {
    await startRepeat(client, repeat);
    await announceExecutions(client);
  });
  return id;
}

/** Publishes another version of a workflow. */
export async function publishAgain(
  stack: ExecutionWorld,
  workflowId: string,
  definition: object,
): Promise<void> {
  await stack.owner.query(sql`
    with next as (
      insert into middle.workflow_version (workflow_id, version, definition, published_by)
      select ${workflowId}, max(version) + 1, ${JSON.stringify(workflowDefinitionSchema.parse(definition))}, 'test'
      from middle.workflow_version where workflow_id = ${workflowId} returning version)
    update middle.workflow set version = next.version from next where id = ${workflowId}`);
}

/** Ended executions that all failed, of a workflow that fails as long as its input says so; returns the workflow's id. */
export async function failures(stack: ExecutionWorld, count: number): Promise<string> {
  const workflow = await stack.workflow({
    inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
    steps: [{ kind: 'stop', key: 'end', title: 'End', outcome: 'failed' }],
  });
  await stack.owner.query(sql`
    insert into middle.execution (id, account_id, workflow_id, version, state, cause, input, error, ended_in, queued_at,
      started_at, restarts, steps)
    select middle.uuid_at(now() - make_interval(secs => ${count} - n)), ${stack.accountId}, ${workflow}, 1, 'failed',
      'person', jsonb_build_object('n', n), '{"code": "execution_stopped", "message": "it failed", "fault": "user"}',
      'end', now(), now(), 0, 0
    from generate_series(1, ${count}) n`);
  return workflow;
}

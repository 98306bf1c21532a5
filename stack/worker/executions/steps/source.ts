import { MiddleError } from '@middle/core/errors.ts';
import type { RecordSource } from '@middle/core/workflow/definition.ts';
import { findRecordSet } from '@middle/store/executions/sources.ts';
import type { StepRun } from './step.ts';

/**
 * The records that a step goes through.
 * @throws MiddleError connection_missing
 */
export async function sourceOf(
  { deps, live }: Pick<StepRun, 'deps' | 'live'>,
  { connection, recordType }: RecordSource,
): Promise<{ readonly connectionId: string; readonly recordSetId: number }> {
  const connectionId = live.bindings[connection];
  const recordSetId =
    connectionId === undefined ? null : await findRecordSet(deps.database, connectionId, recordType);
  if (connectionId !== undefined && recordSetId !== null) return { connectionId, recordSetId };
  throw new MiddleError(
    'connection_missing',
    `no connection with records of type "${recordType}" fills the slot "${connection}"`,
    { hint: 'Choose a connection for it in the settings of the workflow.' },
  );
}

import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useApi } from '../../../data/api.ts';
import type { Workflow } from '../../../data/types.ts';
import { paths } from '../../../paths.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { InputFields, missingOf, NOTHING_GIVEN, valuesOf } from './input-fields.tsx';

interface StartDialogProps {
  readonly workflow: Workflow;
  readonly onClose: () => void;
}

/** Starts an execution of the published version by hand. */
export function StartDialog({ workflow, onClose }: StartDialogProps) {
  const version = workflow.version ?? 0;
  const published = useApi('getWorkflowVersion', { params: { workflowId: workflow.id, version } });
  return (
    <Loaded query={published} skeleton={null}>
      {({ definition }) => <StartForm workflow={workflow} inputs={definition.inputs} onClose={onClose} />}
    </Loaded>
  );
}

function StartForm({ workflow, inputs, onClose }: StartDialogProps & { inputs: readonly WorkflowInput[] }) {
  const [given, setGiven] = useState(NOTHING_GIVEN);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const navigate = useNavigate();
  const start = async () => {
    setBusy(true);
    try {
      const records = await recordsOf(workflow, inputs, given.records);
      const { id } = await call('startWorkflow', {
        params: { workflowId: workflow.id },
        body: { input: { ...valuesOf(inputs, given), ...records } },
      });
      await navigate({ to: paths.execution(id) });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Run ${workflow.name} now`}
      description={`Version ${String(workflow.version)} runs for real: its actions reach the outside.`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" busy={busy} reason={missingOf(inputs, given)} onClick={() => void start()}>
            Run
          </Button>
        </>
      }
    >
      {inputs.length === 0 && <p className="muted">It takes no inputs.</p>}
      <InputFields inputs={inputs} bindings={workflow.bindings} given={given} onChange={setGiven} />
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}

/** The data of the chosen records, as they are now. */
async function recordsOf(
  { bindings }: Workflow,
  inputs: readonly WorkflowInput[],
  ids: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const read = inputs.map(async ({ key, type }) => {
    const [connectionId, recordId] = [
      type.kind === 'record' ? bindings[type.connection] : undefined,
      ids[key],
    ];
    if (type.kind !== 'record' || connectionId === undefined || recordId === undefined) return [];
    const { data } = await call('getRecord', {
      params: { connectionId, recordType: type.recordType, recordId },
    });
    return [[key, data] as const];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}

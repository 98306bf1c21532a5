import { useNavigate } from '@tanstack/react-router';
import { useAction, useApi } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { plural } from '../../ui/format.ts';

interface DeleteWorkflowProps {
  readonly workflow: { readonly id: string; readonly accountId: string; readonly name: string };
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Says what goes with it before it goes. */
export function DeleteWorkflowDialog({ workflow, open, onClose }: DeleteWorkflowProps) {
  const navigate = useNavigate();
  const { id, accountId, name } = workflow;
  const account = useApi('getAccount', { params: { accountId } }, { enabled: open }).data;
  const triggers =
    useApi('listTriggers', { params: { workflowId: id } }, { enabled: open }).data?.items.length ?? 0;
  const remove = useAction('deleteWorkflow', {
    stale: ['listWorkflows'],
    done: `${name} was deleted`,
    onDone: () => {
      onClose();
      if (account !== undefined) void navigate({ to: paths.workflows(account.key) });
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={() => remove.mutate({ params: { workflowId: id } })}
      busy={remove.isPending}
      title={`Delete ${name}?`}
      text={`${triggers === 0 ? 'It' : `It and its ${plural(triggers, 'trigger')}`} can’t be brought back. What is under way is cancelled. The history of its executions is kept as long as any other.`}
      action="Delete workflow"
      typed={name}
    />
  );
}

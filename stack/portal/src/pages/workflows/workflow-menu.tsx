import { useNavigate } from '@tanstack/react-router';
import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { call, markStale, useAction } from '../../data/api.ts';
import type { WorkflowSummary } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { DeleteWorkflowDialog } from './delete-workflow.tsx';
import { useEditReason } from './use-workflow.ts';

type Open = 'none' | 'rename' | 'duplicate' | 'delete';

/** What can be done with a workflow from the list. */
export function WorkflowMenu({ workflow }: { readonly workflow: WorkflowSummary }) {
  const [open, setOpen] = useState<Open>('none');
  const reason = useReason('workflows.change', workflow.accountId);
  const editReason = useEditReason(workflow);
  const close = () => setOpen('none');
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={`Actions on ${workflow.name}`} />}>
        <MenuItem icon={Pencil} reason={editReason} onSelect={() => setOpen('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={Copy} reason={reason} onSelect={() => setOpen('duplicate')}>
          Duplicate
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger reason={editReason} onSelect={() => setOpen('delete')}>
          Delete
        </MenuItem>
      </Menu>
      {open === 'rename' && <RenameDialog workflow={workflow} onClose={close} />}
      {open === 'duplicate' && <DuplicateDialog workflow={workflow} onClose={close} />}
      <DeleteWorkflowDialog workflow={workflow} open={open === 'delete'} onClose={close} />
    </>
  );
}

interface OneWorkflowProps {
  readonly workflow: WorkflowSummary;
  readonly onClose: () => void;
}

function RenameDialog({ workflow, onClose }: OneWorkflowProps) {
  const [name, setName] = useState(workflow.name);
  const update = useAction('updateWorkflow', {
    stale: ['getWorkflow', 'listWorkflows'],
    quiet: true,
    done: 'Renamed',
    onDone: onClose,
  });
  return (
    <NameDialog
      title={`Rename ${workflow.name}`}
      action="Rename"
      name={name}
      onName={setName}
      busy={update.isPending}
      error={update.error}
      reason={name.trim() === workflow.name ? 'Nothing changed' : null}
      onClose={onClose}
      onDone={() => update.mutate({ params: { workflowId: workflow.id }, body: { name: name.trim() } })}
    />
  );
}

/** The copy has the draft, the bindings and the limits; no versions, no triggers, and it is off until published. */
function DuplicateDialog({ workflow, onClose }: OneWorkflowProps) {
  const [name, setName] = useState(`${workflow.name} copy`);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const navigate = useNavigate();
  const copy = async () => {
    setBusy(true);
    try {
      const { draft, bindings, notes, atOnce, priority } = await call('getWorkflow', {
        params: { workflowId: workflow.id },
      });
      const made = await call('createWorkflow', {
        params: { accountId: workflow.accountId },
        body: { name: name.trim(), notes, draft, bindings, atOnce, priority },
      });
      markStale(['listWorkflows']);
      toast(`${made.name} was made`);
      await navigate({ to: paths.workflow(made.id) });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <NameDialog
      title={`Duplicate ${workflow.name}`}
      description="The copy begins with the draft, its connections and limits. It has no triggers, and nothing of it runs before it is published."
      action="Duplicate"
      name={name}
      onName={setName}
      busy={busy}
      error={error}
      reason={null}
      onClose={onClose}
      onDone={() => void copy()}
    />
  );
}

interface NameDialogProps {
  readonly title: string;
  readonly description?: string;
  readonly action: string;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly busy: boolean;
  readonly error: unknown;
  readonly reason: string | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function NameDialog(props: NameDialogProps) {
  const { name, error } = props;
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={props.title}
      description={props.description}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={props.busy}
            reason={name.trim() === '' ? 'A name can’t be empty' : props.reason}
            onClick={props.onDone}
          >
            {props.action}
          </Button>
        </>
      }
    >
      <Field label="Name">
        {(ids) => <Input {...ids} value={name} onChange={(event) => props.onName(event.target.value)} />}
      </Field>
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}

import { Link } from '@tanstack/react-router';
import { FileStack, GitCompareArrows, History } from 'lucide-react';
import { useState } from 'react';
import { useAction, useApiPages } from '../../data/api.ts';
import type { Workflow, WorkflowVersion } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { TextArea } from '../../ui/input.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Comparison } from './comparison.tsx';
import { WorkflowFrame } from './frame.tsx';
import './workflows.css';
import { useEditReason } from './use-workflow.ts';

/** Published versions: who published what when, what differs, and back to an older one. */
export function VersionsPage() {
  return <WorkflowFrame>{(workflow) => <Versions key={workflow.id} workflow={workflow} />}</WorkflowFrame>;
}

interface Sides {
  readonly from: string;
  readonly to: string;
}

function Versions({ workflow }: { readonly workflow: Workflow }) {
  const pages = useApiPages('listWorkflowVersions', {
    params: { workflowId: workflow.id },
    query: { limit: 50 },
  });
  const [comparing, setComparing] = useState<Sides | null>(null);
  const [restoring, setRestoring] = useState<WorkflowVersion | null>(null);
  const draft = workflow.version !== null && workflow.isDraftChanged && (
    <div className="version-row">
      <div className="grow">
        <div className="row wrap">
          <strong>Draft</strong>
          <Badge tone="live">Not published</Badge>
        </div>
        <p className="faint">
          Saved by {workflow.draftSavedBy} <RelativeTime at={workflow.draftSavedAt} />
        </p>
      </div>
      <Button
        size="sm"
        icon={GitCompareArrows}
        onClick={() => setComparing({ from: String(workflow.version), to: 'draft' })}
      >
        What differs
      </Button>
    </div>
  );
  return (
    <Panel
      title="Versions"
      description="A published version never changes. An execution keeps the one it began with."
      flush
    >
      <Loaded query={{ ...pages, data: pages.first }}>
        {() =>
          pages.items.length === 0 ? (
            <EmptyState icon={FileStack} title="Nothing is published yet">
              Publish the draft in the{' '}
              <Link className="link" to={paths.workflow(workflow.id)}>
                builder
              </Link>
              ; it becomes version 1.
            </EmptyState>
          ) : (
            <>
              {draft}
              {pages.items.map((version) => (
                <VersionRow
                  key={version.version}
                  workflow={workflow}
                  version={version}
                  onCompare={setComparing}
                  onRestore={() => setRestoring(version)}
                />
              ))}
              <LoadMore
                shown={pages.hasNextPage}
                busy={pages.isFetchingNextPage}
                onClick={() => void pages.fetchNextPage()}
              />
            </>
          )
        }
      </Loaded>
      {comparing !== null && (
        <CompareDialog
          workflowId={workflow.id}
          versions={pages.items}
          sides={comparing}
          onChange={setComparing}
          onClose={() => setComparing(null)}
        />
      )}
      {restoring !== null && (
        <RestoreDialog workflow={workflow} version={restoring} onClose={() => setRestoring(null)} />
      )}
    </Panel>
  );
}

interface VersionRowProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  readonly onCompare: (sides: Sides) => void;
  readonly onRestore: () => void;
}

function VersionRow({ workflow, version, onCompare, onRestore }: VersionRowProps) {
  const { version: number, notes, publishedBy, publishedAt, isInForce } = version;
  const reason = useEditReason(workflow);
  return (
    <div className="version-row">
      <div className="grow">
        <div className="row wrap">
          <strong className="num">Version {number}</strong>
          {isInForce && <Badge tone="ok">In force</Badge>}
        </div>
        {notes !== '' && <p className="version-notes">{notes}</p>}
        <p className="faint">
          Published by {publishedBy} <RelativeTime at={publishedAt} />
        </p>
      </div>
      <Button
        size="sm"
        icon={GitCompareArrows}
        reason={number === 1 && isInForce ? 'It is the first one: there is nothing to compare it with' : null}
        onClick={() =>
          onCompare(
            number === 1
              ? { from: '1', to: String(workflow.version ?? 1) }
              : { from: String(number - 1), to: String(number) },
          )
        }
      >
        What differs
      </Button>
      <Button
        size="sm"
        icon={History}
        reason={isInForce ? 'It is in force already' : reason}
        onClick={onRestore}
      >
        Go back to it
      </Button>
    </div>
  );
}

interface CompareDialogProps {
  readonly workflowId: string;
  readonly versions: readonly WorkflowVersion[];
  readonly sides: Sides;
  readonly onChange: (sides: Sides) => void;
  readonly onClose: () => void;
}

function CompareDialog({ workflowId, versions, sides, onChange, onClose }: CompareDialogProps) {
  const choices = [
    { value: 'draft', label: 'The draft' },
    ...versions.map(({ version }) => ({ value: String(version), label: `Version ${String(version)}` })),
  ];
  return (
    <Dialog open onClose={onClose} title="What differs" wide>
      <div className="row form-row">
        <Field label="From">
          {(ids) => (
            <Select
              {...ids}
              value={sides.from}
              choices={choices}
              onChange={(from) => onChange({ ...sides, from })}
            />
          )}
        </Field>
        <Field label="To">
          {(ids) => (
            <Select
              {...ids}
              value={sides.to}
              choices={choices}
              onChange={(to) => onChange({ ...sides, to })}
            />
          )}
        </Field>
      </div>
      <div className="dialog-scroll">
        <Comparison workflowId={workflowId} from={sides.from} to={sides.to} />
      </div>
      <span />
    </Dialog>
  );
}

interface RestoreDialogProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  readonly onClose: () => void;
}

function RestoreDialog({ workflow, version, onClose }: RestoreDialogProps) {
  const number = version.version;
  const [notes, setNotes] = useState(`Back to version ${String(number)}`);
  const restore = useAction('restoreWorkflowVersion', {
    stale: ['getWorkflow', 'listWorkflows', 'listWorkflowVersions', 'compareWorkflowVersions'],
    quiet: true,
    done: ({ version: made }) => `Version ${String(made)} is in force, the same as ${String(number)}`,
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={`Go back to version ${String(number)}?`}
      description="It is published again under a new number, and new executions run it at once. Those under way keep their version. The draft stays as it is."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={restore.isPending}
            onClick={() =>
              restore.mutate({
                params: { workflowId: workflow.id, version: number },
                body: { notes: notes.trim() },
              })
            }
          >
            Publish it again
          </Button>
        </>
      }
    >
      <Field label="Notes" optional>
        {(ids) => (
          <TextArea {...ids} rows={2} value={notes} onChange={(event) => setNotes(event.target.value)} />
        )}
      </Field>
      <div className="dialog-scroll">
        <Comparison workflowId={workflow.id} from={String(workflow.version ?? number)} to={String(number)} />
      </div>
      {restore.error !== null && <ErrorState error={restore.error} />}
    </Dialog>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { CalendarClock, Plus, Zap } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Trigger, Workflow } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Count } from '../../ui/numbers.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { WorkflowFrame } from '../workflows/frame.tsx';
import { definitionOf, emptyDraft } from './trigger-draft.ts';
import { TriggerForm } from './trigger-form.tsx';
import { TriggerSwitch } from './trigger-switch.tsx';
import { whenOf } from './trigger-words.ts';

export function WorkflowTriggersPage() {
  return <WorkflowFrame>{(workflow) => <Triggers workflow={workflow} />}</WorkflowFrame>;
}

function Triggers({ workflow }: { readonly workflow: Workflow }) {
  const query = useApi('listTriggers', { params: { workflowId: workflow.id } });
  const navigate = useNavigate();
  const reason = useReason('triggers.change', workflow.accountId);
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button icon={Plus} look="solid" reason={reason} onClick={() => setAdding(true)}>
      New trigger
    </Button>
  );
  return (
    <>
      <Loaded query={query}>
        {({ items }) => (
          <Panel title="Triggers" actions={items.length > 0 && add} flush>
            {items.length === 0 ? (
              <EmptyState icon={Zap} title="Nothing starts this workflow by itself" action={add}>
                A trigger starts it when a record is created or updated, or on a schedule.
              </EmptyState>
            ) : (
              <Table
                label="Triggers"
                columns={COLUMNS}
                rows={items}
                rowKey={({ id }) => id}
                onOpen={({ id }) => void navigate({ to: paths.trigger(id) })}
              />
            )}
          </Panel>
        )}
      </Loaded>
      {isAdding && <NewTrigger workflow={workflow} onClose={() => setAdding(false)} />}
    </>
  );
}

const COLUMNS: readonly Column<Trigger>[] = [
  {
    key: 'name',
    title: 'Trigger',
    cell: ({ definition }) => (
      <span className="cell-main">
        {definition.kind === 'record' ? (
          <Zap className="icon" aria-label="On records" />
        ) : (
          <CalendarClock className="icon" aria-label="On a schedule" />
        )}
        <span className="truncate">{definition.name}</span>
      </span>
    ),
  },
  {
    key: 'when',
    title: 'When',
    width: '26%',
    hide: 'medium',
    cell: (trigger) => <span className="truncate muted">{whenOf(trigger)}</span>,
  },
  ...(
    [
      ['started', 'Started'],
      ['discarded', 'Discarded'],
      ['requeued', 'Put back'],
      ['failed', 'Failed'],
    ] as const
  ).map(([key, title]): Column<Trigger> => ({
    key,
    title,
    width: '6rem',
    align: 'end',
    hide: key === 'started' ? undefined : 'medium',
    cell: ({ lastDay }) => <Count value={lastDay[key]} />,
  })),
  {
    key: 'switch',
    title: 'On',
    width: '4rem',
    align: 'end',
    cell: (trigger) => <TriggerSwitch trigger={trigger} />,
  },
];

function NewTrigger({ workflow, onClose }: { readonly workflow: Workflow; readonly onClose: () => void }) {
  const [draft, setDraft] = useState(() => emptyDraft('record', localTimeZone()));
  const navigate = useNavigate();
  const create = useAction('createTrigger', {
    stale: ['listTriggers', 'listWorkflows'],
    done: 'Added; it is off until you switch it on',
    quiet: true,
    onDone: ({ id }) => void navigate({ to: paths.trigger(id) }),
  });
  const definition = definitionOf(draft);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New trigger"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={create.isPending}
            reason={typeof definition === 'string' ? definition : null}
            onClick={() => {
              if (typeof definition === 'string') return;
              create.mutate({ params: { workflowId: workflow.id }, body: { definition } });
            }}
          >
            Add
          </Button>
        </>
      }
    >
      <div className="stack">
        <Segments
          label="Kind"
          value={draft.kind}
          choices={[
            { value: 'record', label: 'When a record changes' },
            { value: 'schedule', label: 'On a schedule' },
          ]}
          onChange={(kind) => setDraft({ ...draft, kind })}
        />
        <TriggerForm workflow={workflow} draft={draft} onChange={setDraft} />
        {create.error !== null && <ErrorState error={create.error} />}
      </div>
    </Dialog>
  );
}

export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

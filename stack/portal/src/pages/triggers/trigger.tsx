import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Trigger, Workflow } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Stat, Stats } from '../../ui/panel.tsx';
import { TriggerHours } from './hours.tsx';
import { Requeued } from './requeued.tsx';
import { TriggerTrial } from './trial.tsx';
import { definitionOf, draftOf } from './trigger-draft.ts';
import { TriggerForm } from './trigger-form.tsx';
import { TriggerSwitch } from './trigger-switch.tsx';
import { DEAF_TEXTS, whenOf } from './trigger-words.ts';
import { localTimeZone } from './triggers.tsx';

const EVERY_MILLISECONDS = 5_000;

export function TriggerPage() {
  const params: { readonly trigger?: string } = useParams({ strict: false });
  const triggerId = params.trigger ?? '';
  const query = useApi('getTrigger', { params: { triggerId } }, { refetchInterval: EVERY_MILLISECONDS });
  return (
    <Loaded query={query} skeleton={<Page title="Trigger">{null}</Page>}>
      {(trigger) => <WithWorkflow key={trigger.id} trigger={trigger} />}
    </Loaded>
  );
}

function WithWorkflow({ trigger }: { readonly trigger: Trigger }) {
  const query = useApi('getWorkflow', { params: { workflowId: trigger.workflowId } });
  const account = useApi('getAccount', { params: { accountId: trigger.accountId } }).data;
  const { name } = trigger.definition;
  return (
    <Loaded query={query} skeleton={<Page title={name}>{null}</Page>}>
      {(workflow) => (
        <Page
          title={name}
          crumbs={[
            ...(account === undefined ? [] : [{ label: account.name, to: paths.account(account.key) }]),
            { label: workflow.name, to: paths.workflow(workflow.id) },
            { label: 'Triggers', to: paths.workflowTriggers(workflow.id) },
          ]}
          description={whenOf(trigger)}
          actions={
            <>
              <DeleteTrigger trigger={trigger} />
              <span className="row">
                <span className="muted">{trigger.enabled ? 'On' : 'Off'}</span>
                <TriggerSwitch trigger={trigger} large />
              </span>
            </>
          }
        >
          <Deaf trigger={trigger} />
          <LastDay trigger={trigger} />
          <div className="columns">
            <Rules trigger={trigger} workflow={workflow} />
            <div className="stack">
              <TriggerHours triggerId={trigger.id} />
              {trigger.definition.kind === 'record' && <Requeued trigger={trigger} />}
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function Deaf({ trigger: { deaf } }: { readonly trigger: Trigger }) {
  if (deaf.length === 0) return null;
  return (
    <Notice tone="warn">
      It hears nothing, because {deaf.map((reason) => DEAF_TEXTS[reason]).join(', and ')}. What comes
      meanwhile is passed by.
    </Notice>
  );
}

function LastDay({ trigger }: { readonly trigger: Trigger }) {
  const { lastDay, waiting, gaveUp, workflowId, id } = trigger;
  return (
    <section aria-label="The last 24 hours">
      <Stats>
        <Stat
          name="Started"
          value={
            <Link to={paths.workflowExecutions(workflowId)} search={{ trigger: id }}>
              {formatCount(lastDay.started)}
            </Link>
          }
          note="in 24 hours"
        />
        <Stat name="Discarded" value={formatCount(lastDay.discarded)} />
        <Stat
          name="Put back"
          value={formatCount(lastDay.requeued)}
          note={`${formatCount(waiting)} waiting`}
        />
        <Stat
          name="Gave up"
          value={formatCount(lastDay.gaveUp)}
          tone={gaveUp > 0 ? 'warn' : undefined}
          note={gaveUp > 0 ? `${formatCount(gaveUp)} listed below` : undefined}
        />
        <Stat
          name="Failed"
          value={formatCount(lastDay.failed)}
          tone={lastDay.failed > 0 ? 'bad' : undefined}
        />
      </Stats>
    </section>
  );
}

/** Null when the trigger may be changed; of one that came with a module only the switch may be. */
function useTriggerReason({ accountId, isOfModule }: Trigger): string | null {
  const reason = useReason('triggers.change', accountId);
  return reason ?? (isOfModule ? 'It came with a module, which says what it does' : null);
}

function Rules({ trigger, workflow }: { readonly trigger: Trigger; readonly workflow: Workflow }) {
  const [draft, setDraft] = useState(() => draftOf(trigger, localTimeZone()));
  const reason = useTriggerReason(trigger);
  const save = useAction('updateTrigger', {
    stale: ['getTrigger', 'listTriggers'],
    done: 'Saved; it holds from now on',
    quiet: true,
  });
  const definition = definitionOf(draft);
  const saved = definitionOf(draftOf(trigger, localTimeZone()));
  const isChanged = JSON.stringify(definition) !== JSON.stringify(saved);
  return (
    <div className="stack">
      <Panel
        title="What it hears and does"
        actions={
          <Button
            look="solid"
            size="sm"
            busy={save.isPending}
            reason={
              reason ?? (typeof definition === 'string' ? definition : isChanged ? null : 'Nothing changed')
            }
            onClick={() => {
              if (typeof definition === 'string') return;
              save.mutate({ params: { triggerId: trigger.id }, body: { definition } });
            }}
          >
            Save
          </Button>
        }
      >
        <div className="stack">
          <TriggerForm workflow={workflow} draft={draft} onChange={setDraft} disabled={reason !== null} />
          {save.error !== null && <ErrorState error={save.error} />}
        </div>
      </Panel>
      {draft.kind === 'record' && typeof definition !== 'string' && (
        <TriggerTrial workflowId={workflow.id} definition={definition} />
      )}
    </div>
  );
}

function DeleteTrigger({ trigger }: { readonly trigger: Trigger }) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const reason = useTriggerReason(trigger);
  const remove = useAction('deleteTrigger', {
    stale: ['listTriggers', 'listWorkflows'],
    done: 'Deleted',
    onDone: () => void navigate({ to: paths.workflowTriggers(trigger.workflowId) }),
  });
  return (
    <>
      <Button icon={Trash2} reason={reason} onClick={() => setOpen(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() => remove.mutate({ params: { triggerId: trigger.id } })}
        title={`Delete ${trigger.definition.name}?`}
        text="Nothing starts by it any more, and events that wait to be looked at again are dropped. Executions that it started stay."
        action="Delete it"
        busy={remove.isPending}
      />
    </>
  );
}

import { BOOLEAN } from '@middle/core/expression/types.ts';
import { RECORD_EVENTS } from '@middle/core/workflow/trigger.ts';
import { useApi } from '../../data/api.ts';
import type { Workflow } from '../../data/types.ts';
import { ExpressionField } from '../../expression/expression-field.tsx';
import type { ExpressionPlace } from '../../expression/place.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { formatSpan } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { definitionOf } from './trigger-draft.ts';
import type { TriggerDraft } from './trigger-draft.ts';
import { EVENT_TITLES } from './trigger-words.ts';
import { useTriggerPlace, useWorkflowInputs } from './use-trigger-place.ts';

interface TriggerFormProps {
  readonly workflow: Workflow;
  readonly draft: TriggerDraft;
  readonly onChange: (draft: TriggerDraft) => void;
  readonly disabled?: boolean;
}

/** What a trigger listens to, and what it does with what it hears. */
export function TriggerForm({ workflow, draft, onChange, disabled = false }: TriggerFormProps) {
  const place = useTriggerPlace(workflow, draft);
  const set = (change: Partial<TriggerDraft>): void => onChange({ ...draft, ...change });
  return (
    <fieldset className="stack" disabled={disabled}>
      <Field label="Name">
        {(ids) => (
          <Input {...ids} value={draft.name} onChange={({ target }) => set({ name: target.value })} />
        )}
      </Field>
      {draft.kind === 'record' ? (
        <RecordFields workflow={workflow} draft={draft} onChange={set} />
      ) : (
        <Scheduled workflow={workflow} draft={draft} onChange={set} />
      )}
      <Inputs workflow={workflow} draft={draft} place={place} disabled={disabled} onChange={set} />
      <ExpressionField
        label="Discard when"
        optional
        expected={BOOLEAN}
        hint="When true, nothing starts: it is only counted."
        value={draft.discard}
        place={place}
        disabled={disabled}
        onChange={(discard) => set({ discard })}
      />
      {draft.kind === 'record' && <Requeue draft={draft} place={place} disabled={disabled} onChange={set} />}
    </fieldset>
  );
}

interface PartProps {
  readonly draft: TriggerDraft;
  readonly onChange: (change: Partial<TriggerDraft>) => void;
}

function RecordFields({ workflow, draft, onChange }: PartProps & { readonly workflow: Workflow }) {
  const { accountId } = workflow;
  const { connectionId } = draft;
  const connections = useApi('listConnections', { query: { accountId, limit: 200 } }).data?.items ?? [];
  const sets =
    useApi('listRecordSets', { params: { connectionId } }, { enabled: connectionId !== '' }).data?.items ??
    [];
  return (
    <>
      <Field label="Connection">
        {(ids) => (
          <Select
            {...ids}
            value={connectionId}
            choices={[
              { value: '', label: 'Choose…' },
              ...connections.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onChange({ connectionId: value, recordType: '' })}
          />
        )}
      </Field>
      <Field label="Record type">
        {(ids) => (
          <Select
            {...ids}
            value={draft.recordType}
            choices={[
              { value: '', label: 'Choose…' },
              ...sets.map(({ recordType: { key, title } }) => ({ value: key, label: title })),
            ]}
            onChange={(recordType) => onChange({ recordType })}
          />
        )}
      </Field>
      <fieldset className="row wrap">
        <legend>When one is</legend>
        {RECORD_EVENTS.map((event) => (
          <Checkbox
            key={event}
            label={EVENT_TITLES[event]}
            checked={draft.events.includes(event)}
            onChange={(checked) =>
              onChange({
                events: RECORD_EVENTS.filter((each) =>
                  each === event ? checked : draft.events.includes(each),
                ),
              })
            }
          />
        ))}
      </fieldset>
    </>
  );
}

function Scheduled({ workflow, draft, onChange }: PartProps & { readonly workflow: Workflow }) {
  const definition = definitionOf({ ...draft, name: draft.name === '' ? 'new' : draft.name });
  const { data } = useApi(
    'checkTrigger',
    {
      params: { workflowId: workflow.id },
      body: {
        definition:
          typeof definition === 'string'
            ? { kind: 'schedule', name: 'new', schedule: draft.schedule }
            : definition,
      },
    },
    { enabled: typeof definition !== 'string' },
  );
  return (
    <ScheduleFields
      schedule={draft.schedule}
      nextTicks={data?.nextTicks ?? null}
      onChange={(schedule) => onChange({ schedule })}
    />
  );
}

interface ExpressionPartProps extends PartProps {
  readonly place: ExpressionPlace;
  readonly disabled: boolean;
}

/** An expression for each input that the workflow declares. */
function Inputs({
  workflow,
  draft,
  place,
  disabled,
  onChange,
}: ExpressionPartProps & { readonly workflow: Workflow }) {
  const inputs = useWorkflowInputs(workflow);
  if (inputs.length === 0) return <p className="faint">The workflow takes no inputs.</p>;
  return (
    <section className="stack" aria-label="What the workflow gets">
      <h3 className="section-title">What the workflow gets</h3>
      {inputs.map(({ key, title, type, required }) => (
        <ExpressionField
          key={key}
          label={title}
          optional={!required}
          expected={type}
          value={draft.input[key] ?? ''}
          place={place}
          disabled={disabled}
          onChange={(source) => onChange({ input: { ...draft.input, [key]: source } })}
        />
      ))}
    </section>
  );
}

const WAITS = [10, 60, 300, 900, 3600, 21_600, 86_400];
const ATTEMPTS = [1, 3, 5, 10, 30, 100, 1000];

function Requeue({ draft, place, disabled, onChange }: ExpressionPartProps) {
  return (
    <>
      <ExpressionField
        label="Look again later when"
        optional
        expected={BOOLEAN}
        hint="For instance while a related record has not arrived yet. It is looked at again until this no longer holds."
        value={draft.requeue}
        place={place}
        disabled={disabled}
        onChange={(requeue) => onChange({ requeue })}
      />
      {draft.requeue.trim() !== '' && (
        <div className="row wrap">
          <Field label="After">
            {(ids) => (
              <Select
                {...ids}
                value={String(draft.requeueSeconds)}
                choices={withCurrent(WAITS, draft.requeueSeconds).map((seconds) => ({
                  value: String(seconds),
                  label: formatSpan(seconds),
                }))}
                onChange={(value) => onChange({ requeueSeconds: Number(value) })}
              />
            )}
          </Field>
          <Field label="At most" hint="Then it gives up, and is listed here.">
            {(ids) => (
              <Select
                {...ids}
                value={String(draft.requeueAttempts)}
                choices={withCurrent(ATTEMPTS, draft.requeueAttempts).map((attempts) => ({
                  value: String(attempts),
                  label: attempts === 1 ? 'once' : `${String(attempts)} times`,
                }))}
                onChange={(value) => onChange({ requeueAttempts: Number(value) })}
              />
            )}
          </Field>
        </div>
      )}
    </>
  );
}

function withCurrent(values: readonly number[], current: number): number[] {
  return [...new Set([...values, current])].sort((a, b) => a - b);
}

import { useEffect, useState } from 'react';
import { useAction, useApi } from '../../data/api.ts';
import type { Answer, ExecutionDetail } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { words } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

type Replayed = Answer<'replayExecution'>;
type Compared = Replayed['steps'][number];

/** The execution once more with another version, without touching anything outside, held against what it did. */
export function Replay({
  execution,
  onClose,
}: {
  readonly execution: ExecutionDetail;
  readonly onClose: () => void;
}) {
  const { id, workflowId, version, state } = execution;
  const [against, setAgainst] = useState('draft');
  const replay = useAction('replayExecution', { quiet: true });
  const versions =
    useApi('listWorkflowVersions', { params: { workflowId }, query: { limit: 50 } }).data?.items ?? [];
  const run = (chosen: string): void =>
    replay.mutate({
      params: { executionId: id },
      body: { against: chosen === 'draft' ? 'draft' : Number(chosen) },
    });
  // Once more when it ends: of one under way only what it has done so far can be compared.
  useEffect(() => run(against), [against, state]);
  return (
    <Panel
      title="Replay: what it would do"
      actions={
        <>
          <Select
            slim
            aria-label="Replay with"
            value={against}
            choices={[
              { value: 'draft', label: 'The draft' },
              ...versions.map((one) => ({
                value: String(one.version),
                label: `Version ${String(one.version)}${one.version === version ? ' (the same)' : ''}`,
              })),
            ]}
            onChange={setAgainst}
          />
          <Button size="sm" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {replay.error !== null ? (
        <ErrorState error={replay.error} retry={() => run(against)} />
      ) : replay.data === undefined || replay.isPending ? (
        <Skeleton lines={4} />
      ) : (
        <Result replayed={replay.data} />
      )}
    </Panel>
  );
}

function Result({ replayed }: { readonly replayed: Replayed }) {
  const { verdict, counts, steps, end, notes } = replayed;
  const differing = steps.filter((step) => step.verdict !== 'same');
  return (
    <div className="stack">
      <Notice tone={verdict === 'same' ? 'info' : 'warn'}>
        <strong>{VERDICTS[verdict]}</strong>{' '}
        <span className="muted">
          {counts.same} steps the same, {counts.different} different, {counts.onlyRecorded} only then,{' '}
          {counts.onlyReplayed} only now, {counts.unknown} not known. Nothing outside was touched.
        </span>
      </Notice>
      {notes.map((note) => (
        <p key={note} className="faint">
          {note}
        </p>
      ))}
      {differing.map((step, index) => (
        <ComparedStep key={`${step.place} ${String(index)}`} step={step} />
      ))}
      {!end.isSame && end.differences.length > 0 && (
        <section className="stack tight">
          <strong>How it ends</strong>
          <Differences differences={end.differences} />
        </section>
      )}
    </div>
  );
}

const VERDICTS: Readonly<Record<Replayed['verdict'], string>> = {
  same: 'It would do the same.',
  different: 'It would do something else.',
  unknown: 'As far as it can be known, it would do the same.',
};

const TONES: Readonly<Record<Compared['verdict'], Tone>> = {
  same: 'ok',
  different: 'warn',
  only_recorded: 'bad',
  only_replayed: 'live',
  unknown: 'idle',
  open: 'idle',
};

const STEP_VERDICTS: Readonly<Record<Compared['verdict'], string>> = {
  same: 'Same',
  different: 'Different',
  only_recorded: 'Only then',
  only_replayed: 'Only now',
  unknown: 'Not known',
  open: 'Under way',
};

function ComparedStep({ step }: { readonly step: Compared }) {
  return (
    <section className="stack tight" aria-label={`${step.title}: ${STEP_VERDICTS[step.verdict]}`}>
      <div className="row wrap">
        <strong>{step.title}</strong>
        <code className="faint">{step.place}</code>
        <span className="faint">{words(step.kind)}</span>
        <Badge tone={TONES[step.verdict]}>{STEP_VERDICTS[step.verdict]}</Badge>
        {step.why !== null && <span className="muted">{step.why}</span>}
      </div>
      {step.differences.length > 0 && <Differences differences={step.differences} />}
    </section>
  );
}

function Differences({ differences }: { readonly differences: Compared['differences'] }) {
  return (
    <DiffView
      from="Then"
      to="Now"
      changes={differences.map(({ path, recorded, replayed }) => ({
        attribute: path,
        title: path,
        before: recorded,
        after: replayed,
      }))}
    />
  );
}

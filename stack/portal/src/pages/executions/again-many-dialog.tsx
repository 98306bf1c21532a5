import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { Answer, Job } from '../../data/types.ts';
import { useJob, JobProgress } from '../../parts/job-watch.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { formatCount, plural, words } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import type { ExecutionQuery } from './filters.ts';

interface AgainManyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly accountId: string;
  /** Of the list behind it. */
  readonly filter: ExecutionQuery;
}

type Summary = NonNullable<Answer<'listRepeatJobs'>['items'][number]['again']>;

/** Runs what the list shows again: first it says how many that are, then it begins. */
export function AgainManyDialog({ open, onClose, accountId, filter }: AgainManyDialogProps) {
  const [chosen, setChosen] = useState<Chosen>({ from: 'start', version: 'current', pace: '600' });
  const [trying, setTrying] = useState<string | null>(null);
  const [summary, setSummary] = useState<Summary | null>(null);
  const { from, version, pace } = chosen;
  const isPaceRight = isPace(pace);
  const body = { filter, from, version, perMinute: isPaceRight ? Number(pace) : 1 };
  const dryRun = useAction('runExecutionsAgain', { onDone: ({ id }) => setTrying(id) });
  const begin = useAction('runExecutionsAgain', {
    stale: ['listExecutions', 'listRepeatJobs'],
    done: 'Running them again; progress is shown above the list',
    onDone: onClose,
  });
  const job = useJob(trying, (ended) => {
    setTrying(null);
    setSummary(summaryOf(ended));
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Run these executions again"
      description="All that have ended and match the filters of the list, oldest first. What has succeeded since, or is under way again, is left alone."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {summary === null ? (
            <Button
              look="solid"
              busy={dryRun.isPending || trying !== null}
              reason={isPaceRight ? null : 'The pace is wrong'}
              onClick={() => dryRun.mutate({ params: { accountId }, body: { ...body, dryRun: true } })}
            >
              How many would that be?
            </Button>
          ) : (
            <Button
              look="solid"
              busy={begin.isPending}
              reason={summary.begun === 0 ? 'There is nothing to run again' : null}
              onClick={() => begin.mutate({ params: { accountId }, body })}
            >
              Run {plural(summary.begun, 'execution')} again
            </Button>
          )}
        </>
      }
    >
      <div className="stack">
        <Choices
          chosen={chosen}
          onChange={(change) => {
            setChosen({ ...chosen, ...change });
            setSummary(null);
          }}
        />
        {trying !== null && <JobProgress job={job} text="Counting; nothing is begun" />}
        {summary !== null && <SummaryNotice summary={summary} />}
      </div>
    </Dialog>
  );
}

interface Chosen {
  readonly from: 'start' | 'end';
  readonly version: 'current' | 'recorded';
  /** As it is typed. */
  readonly pace: string;
}

const PACE_MAX = 600_000;

function isPace(text: string): boolean {
  const perMinute = Number(text);
  return Number.isInteger(perMinute) && perMinute >= 1 && perMinute <= PACE_MAX;
}

interface ChoicesProps {
  readonly chosen: Chosen;
  readonly onChange: (change: Partial<Chosen>) => void;
}

function Choices({ chosen: { from, version, pace }, onChange }: ChoicesProps) {
  return (
    <>
      <Field label="From">
        {(ids) => (
          <Select
            {...ids}
            value={from}
            choices={[
              { value: 'start', label: 'The start' },
              { value: 'end', label: 'The step in which each of them ended' },
            ]}
            onChange={(value) => onChange({ from: value === 'end' ? 'end' : 'start' })}
          />
        )}
      </Field>
      <Field label="With">
        {(ids) => (
          <Select
            {...ids}
            value={version}
            choices={[
              { value: 'current', label: 'The version of the workflow in force now' },
              { value: 'recorded', label: 'The version that each of them ran with' },
            ]}
            onChange={(value) => onChange({ version: value === 'recorded' ? 'recorded' : 'current' })}
          />
        )}
      </Field>
      <Field
        label="At most, begun in a minute"
        error={isPace(pace) ? null : 'A whole number from 1 to 600,000.'}
      >
        {(ids) => (
          <Input
            {...ids}
            inputMode="numeric"
            value={pace}
            onChange={(event) => onChange({ pace: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function SummaryNotice({ summary }: { readonly summary: Summary }) {
  return (
    <Notice>
      <p>
        {plural(summary.looked, 'execution')} match; {formatCount(summary.begun)} would be run again.
      </p>
      <Skipped summary={summary} />
    </Notice>
  );
}

export function Skipped({ summary }: { readonly summary: Summary }) {
  const entries = Object.entries(summary.skipped).filter(([, count]) => count > 0);
  if (entries.length === 0) return null;
  return (
    <ul className="plain-list faint">
      {entries.map(([reason, count]) => (
        <li key={reason}>
          {formatCount(count)} left alone: {words(reason).toLowerCase()}
        </li>
      ))}
    </ul>
  );
}

function summaryOf({ state, result }: Job): Summary | null {
  if (state !== 'succeeded') return null;
  // The result of a job of this kind; its shape is the contract's.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as Summary;
}

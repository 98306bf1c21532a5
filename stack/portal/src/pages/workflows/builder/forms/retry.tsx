import type { ActionStep, RetryPolicy } from '@middle/core/workflow/definition.ts';
import { CommittedInput, More, WholeInput } from './parts.tsx';

const ATTEMPTS_MOST = 20;
const DAY = 86_400;

interface RetryProps {
  readonly step: ActionStep;
  readonly change: (next: ActionStep, field: string) => void;
  readonly disabled: boolean;
}

/** How often an action is tried, and how long each attempt may take. */
export function RetryFields({ step, change, disabled }: RetryProps) {
  const { retry, timeLimitSeconds, ...rest } = step;
  const set = (next: Partial<RetryPolicy>, field: string) =>
    change({ ...step, retry: { ...retry, ...next } }, `retry.${field}`);
  return (
    <More title={`When it fails: ${words(retry)}`}>
      <div className="pair">
        <WholeInput
          label="Attempts"
          value={retry.attempts}
          least={1}
          most={ATTEMPTS_MOST}
          disabled={disabled}
          onChange={(attempts) => set({ attempts: attempts ?? 1 }, 'attempts')}
        />
        <WholeInput
          label="First wait, seconds"
          value={retry.firstSeconds}
          least={1}
          most={3_600}
          disabled={disabled}
          onChange={(firstSeconds) => set({ firstSeconds: firstSeconds ?? 1 }, 'firstSeconds')}
        />
        <CommittedInput
          label="Each wait longer by"
          value={String(retry.factor)}
          inputMode="decimal"
          disabled={disabled}
          wrong={(text) =>
            text.trim() !== '' && Number(text) >= 1 && Number(text) <= 10 ? null : 'A number from 1 to 10'
          }
          onChange={(text) => set({ factor: Number(text) }, 'factor')}
        />
        <WholeInput
          label="Longest wait, seconds"
          value={retry.mostSeconds}
          least={1}
          most={DAY}
          disabled={disabled}
          onChange={(mostSeconds) => set({ mostSeconds: mostSeconds ?? 1 }, 'mostSeconds')}
        />
      </div>
      <CommittedInput
        label="Only these errors"
        optional
        code
        hint="Their codes, with commas between them. Empty: every error that may pass by itself."
        value={(retry.codes ?? []).join(', ')}
        disabled={disabled}
        wrong={(text) =>
          codesIn(text).some((code) => code.length > 63) ? 'A code has at most 63 characters' : null
        }
        onChange={(text) => {
          const { codes: _before, ...others } = retry;
          const codes = codesIn(text);
          change({ ...step, retry: { ...others, ...(codes.length > 0 && { codes }) } }, 'retry.codes');
        }}
      />
      <WholeInput
        label="Time limit of an attempt, seconds"
        optional
        hint="Empty: the limit of the action itself, which is never exceeded."
        value={timeLimitSeconds ?? null}
        least={1}
        most={900}
        disabled={disabled}
        onChange={(seconds) =>
          change(
            { ...rest, retry, ...(seconds !== null && { timeLimitSeconds: seconds }) },
            'timeLimitSeconds',
          )
        }
      />
    </More>
  );
}

function codesIn(text: string): string[] {
  return text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

function words({ attempts, firstSeconds }: RetryPolicy): string {
  return attempts === 1
    ? 'no second attempt'
    : `up to ${String(attempts)} attempts, the second after ${String(firstSeconds)} s`;
}

import type { Schedule } from '@middle/core/workflow/trigger-schedule.ts';
import { keysOf } from '../../data/keys.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { clockChangeWords, scheduleWords, weekdayTitle } from './trigger-words.ts';

interface ScheduleFieldsProps {
  readonly schedule: Schedule;
  /** Null while the schedule is wrong, or not yet known. */
  readonly nextTicks: readonly string[] | null;
  readonly onChange: (schedule: Schedule) => void;
}

const KINDS = {
  hourly: 'Every few hours',
  daily: 'Every day',
  weekly: 'On days of the week',
  cron: 'By a cron expression',
} as const;
type Kind = keyof typeof KINDS;
const HOURS = [1, 2, 3, 4, 6, 8, 12] as const;
const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export function ScheduleFields({ schedule, nextTicks, onChange }: ScheduleFieldsProps) {
  return (
    <div className="stack">
      <Field label="When">
        {(ids) => (
          <Select
            {...ids}
            value={schedule.kind}
            choices={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
            onChange={(value) =>
              onChange(ofKind(keysOf(KINDS).find((key) => key === value) ?? 'daily', schedule))
            }
          />
        )}
      </Field>
      <KindFields schedule={schedule} onChange={onChange} />
      <Field
        label="Ticks that were missed while the stack was stopped"
        hint="A tick counts as missed when it is found more than five minutes late."
      >
        {(ids) => (
          <Select
            {...ids}
            value={schedule.missed}
            choices={[
              { value: 'once', label: 'Make up for all of them with one' },
              { value: 'skip', label: 'Pass them by' },
            ]}
            onChange={(value) => onChange({ ...schedule, missed: value === 'skip' ? 'skip' : 'once' })}
          />
        )}
      </Field>
      <div className="stack tight">
        <p>
          <strong>{scheduleWords(schedule)}.</strong>{' '}
          <span className="muted">{clockChangeWords(schedule)}</span>
        </p>
        {nextTicks !== null && nextTicks.length > 0 && (
          <p className="faint">Next: {nextTicks.map((tick) => formatDateTime(new Date(tick))).join(' · ')}</p>
        )}
      </div>
    </div>
  );
}

function zoneOf(schedule: Schedule): string {
  return schedule.kind === 'hourly' ? 'UTC' : schedule.timeZone;
}

function ofKind(kind: Kind, before: Schedule): Schedule {
  const { missed } = before;
  const time = 'time' in before ? before.time : '06:00';
  const timeZone = zoneOf(before);
  switch (kind) {
    case 'hourly':
      return { kind: 'hourly', everyHours: 1, minute: 0, missed };
    case 'weekly':
      return { kind: 'weekly', weekdays: [1], time, timeZone, missed };
    case 'cron':
      return { kind: 'cron', cron: '0 6 * * 1-5', timeZone, missed };
    case 'daily':
      return { kind: 'daily', time, timeZone, missed };
  }
}

function KindFields({ schedule, onChange }: Omit<ScheduleFieldsProps, 'nextTicks'>) {
  if (schedule.kind === 'hourly') return <HourlyFields schedule={schedule} onChange={onChange} />;
  return (
    <>
      {schedule.kind === 'weekly' && (
        <fieldset className="row wrap">
          <legend>Days</legend>
          {[1, 2, 3, 4, 5, 6, 7].map((day) => (
            <Checkbox
              key={day}
              label={weekdayTitle(day)}
              checked={schedule.weekdays.includes(day)}
              onChange={(checked) => {
                const rest = schedule.weekdays.filter((each) => each !== day);
                const weekdays = (checked ? [...rest, day] : rest).sort((a, b) => a - b);
                if (weekdays.length > 0) onChange({ ...schedule, weekdays });
              }}
            />
          ))}
        </fieldset>
      )}
      {schedule.kind === 'cron' ? (
        <Field
          label="Cron expression"
          hint="Minute, hour, day of the month, month, day of the week: 0 6 * * 1-5 is 06:00 from Monday to Friday."
        >
          {(ids) => (
            <Input
              {...ids}
              className="mono"
              value={schedule.cron}
              onChange={({ target }) => onChange({ ...schedule, cron: target.value })}
            />
          )}
        </Field>
      ) : (
        <Field label="At">
          {(ids) => (
            <Input
              {...ids}
              type="time"
              value={schedule.time}
              onChange={({ target }) => {
                if (target.value !== '') onChange({ ...schedule, time: target.value.slice(0, 5) });
              }}
            />
          )}
        </Field>
      )}
      <Field label="On the clocks of">
        {(ids) => (
          <Select
            {...ids}
            value={schedule.timeZone}
            choices={[...new Set([schedule.timeZone, ...ZONES])].map((zone) => ({
              value: zone,
              label: zone,
            }))}
            onChange={(timeZone) => onChange({ ...schedule, timeZone })}
          />
        )}
      </Field>
    </>
  );
}

function HourlyFields({
  schedule,
  onChange,
}: {
  readonly schedule: Extract<Schedule, { kind: 'hourly' }>;
  readonly onChange: (schedule: Schedule) => void;
}) {
  return (
    <div className="row wrap">
      <Field label="Every">
        {(ids) => (
          <Select
            {...ids}
            value={String(schedule.everyHours)}
            choices={HOURS.map((hours) => ({
              value: String(hours),
              label: hours === 1 ? 'hour' : `${String(hours)} hours`,
            }))}
            onChange={(value) =>
              onChange({ ...schedule, everyHours: HOURS.find((hours) => String(hours) === value) ?? 1 })
            }
          />
        )}
      </Field>
      <Field label="At minute">
        {(ids) => (
          <Select
            {...ids}
            value={String(schedule.minute)}
            choices={Array.from({ length: 60 }, (_, minute) => ({
              value: String(minute),
              label: String(minute).padStart(2, '0'),
            }))}
            onChange={(value) => onChange({ ...schedule, minute: Number(value) })}
          />
        )}
      </Field>
    </div>
  );
}

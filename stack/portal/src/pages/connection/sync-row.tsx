import { Link } from '@tanstack/react-router';
import { Play, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { patch, useAction } from '../../data/api.ts';
import type { Connection, RecordSet, Sync } from '../../data/types.ts';
import { RunState } from '../../parts/run-state.tsx';
import { KIND_TITLES } from '../../parts/run-words.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { RelativeTime, Upcoming } from '../../ui/time.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { RunDialog } from './run-dialog.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { scheduleWords } from './schedule-words.ts';

interface SyncRowProps {
  readonly connection: Connection;
  readonly set: RecordSet;
  readonly sync: Sync;
}

export function SyncRow({ connection, set, sync }: SyncRowProps) {
  const [open, setOpen] = useState<'none' | 'run' | 'schedule'>('none');
  const change = useReason('syncs.change', connection.account.id);
  const run = useReason('syncs.run', connection.account.id);
  const off = !connection.account.enabled
    ? 'The account is off. Switch it on first.'
    : connection.enabled
      ? null
      : 'The connection is off. Switch it on first.';
  const input = { params: { connectionId: connection.id } };
  const update = useAction('updateSync', {
    stale: ['listRecordSets'],
    optimistic: ({ body }) =>
      patch('listRecordSets', input, ({ items }) => ({
        items: items.map((each) =>
          each.id === set.id
            ? {
                ...each,
                syncs: each.syncs.map((one) =>
                  one.id === sync.id ? { ...one, enabled: body.enabled ?? one.enabled } : one,
                ),
              }
            : each,
        ),
      })),
  });
  const label = `${KIND_TITLES[sync.kind]} of ${set.recordType.title}`;
  return (
    <div className="sync-row">
      <Switch
        on={sync.enabled}
        label={label}
        reason={change}
        onChange={(enabled) => update.mutate({ params: { syncId: sync.id }, body: { enabled } })}
      />
      <div className="sync-name">
        <span className={sync.enabled ? 'strong' : 'muted'}>{KIND_TITLES[sync.kind]}</span>
        <small>{scheduleWords(sync)}</small>
      </div>
      <LastRun sync={sync} isPaused={connection.attention !== null} />
      <div className="row">
        <IconButton
          icon={SlidersHorizontal}
          label={`Schedule of ${label}`}
          size="sm"
          reason={change}
          onClick={() => setOpen('schedule')}
        />
        <Button
          size="sm"
          icon={Play}
          reason={run ?? off}
          aria-label={`Run now: ${label}`}
          onClick={() => setOpen('run')}
        >
          Run now
        </Button>
      </div>
      {open === 'run' && <RunDialog set={set} sync={sync} onClose={() => setOpen('none')} />}
      {open === 'schedule' && <ScheduleDialog set={set} sync={sync} onClose={() => setOpen('none')} />}
    </div>
  );
}

function LastRun({ sync, isPaused }: { readonly sync: Sync; readonly isPaused: boolean }) {
  const { lastRun, nextTickAt, enabled } = sync;
  return (
    <div className="sync-last">
      {lastRun === null ? <span className="faint">Has not run yet</span> : <LastRunLink lastRun={lastRun} />}
      {lastRun?.state === 'failed' && lastRun.error !== null && (
        <small className="sync-reason truncate">{lastRun.error.message}</small>
      )}
      {sync.stalled && (
        <span className="row">
          <Badge tone="bad">stalled</Badge>
          <small>
            last success: {sync.succeededAt === null ? 'never' : <RelativeTime at={sync.succeededAt} />}
          </small>
        </span>
      )}
      {enabled && nextTickAt !== null && (
        <small>{isPaused ? 'paused, tried once an hour' : <Upcoming at={nextTickAt} />}</small>
      )}
    </div>
  );
}

function LastRunLink({ lastRun }: { readonly lastRun: NonNullable<Sync['lastRun']> }) {
  const link = (
    <Link to={paths.run(lastRun.id)} className="row">
      <RunState state={lastRun.state} />
      <span className="faint truncate">
        <RelativeTime at={lastRun.endedAt ?? lastRun.queuedAt} />
      </span>
    </Link>
  );
  return lastRun.error === null ? link : <Tooltip text={lastRun.error.message}>{link}</Tooltip>;
}

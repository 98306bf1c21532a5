import { RotateCw } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import type { Trigger } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime, Upcoming } from '../../ui/time.tsx';

const EVERY_MILLISECONDS = 5_000;

/** Events that are to be looked at again, and those that gave up. */
export function Requeued({ trigger }: { readonly trigger: Trigger }) {
  const triggerId = trigger.id;
  const pages = useApiPages(
    'listRequeued',
    { params: { triggerId }, query: { limit: 20 } },
    { refetchInterval: EVERY_MILLISECONDS },
  );
  const reason = useReason('triggers.change', trigger.accountId);
  const retry = useAction('retryRequeued', {
    stale: ['listRequeued', 'getTrigger'],
    done: ({ retried }) => `Looking again at ${plural(retried, 'event')}`,
  });
  if (pages.items.length === 0) return null;
  return (
    <Panel
      title="Put back"
      actions={
        <Button
          size="sm"
          icon={RotateCw}
          busy={retry.isPending}
          reason={reason ?? (trigger.gaveUp === 0 ? 'None has given up' : null)}
          onClick={() => retry.mutate({ params: { triggerId }, body: {} })}
        >
          Look again at all that gave up
        </Button>
      }
    >
      <Timeline
        moments={pages.items.map(
          ({ id, recordId, event, state, attempts, nextAt, gaveUpAt, reason: why }) => ({
            key: id,
            tone: state === 'waiting' ? ('live' as const) : ('warn' as const),
            title: `${recordId} ${event}`,
            at:
              state === 'waiting' && nextAt !== null ? (
                <Upcoming at={nextAt} />
              ) : (
                <RelativeTime at={gaveUpAt} />
              ),
            body: (
              <span className="faint">
                {plural(attempts, 'attempt')}
                {state === 'gave_up' && `, gave up: ${why ?? 'no reason is known'}`}
              </span>
            ),
          }),
        )}
      />
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
    </Panel>
  );
}

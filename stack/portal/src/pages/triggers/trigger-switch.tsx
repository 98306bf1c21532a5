import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Trigger } from '../../data/types.ts';
import { Switch } from '../../ui/switch.tsx';

export function TriggerSwitch({
  trigger,
  large = false,
}: {
  readonly trigger: Trigger;
  readonly large?: boolean;
}) {
  const { id, accountId, enabled, definition } = trigger;
  const reason = useReason('triggers.change', accountId);
  const update = useAction('updateTrigger', {
    stale: ['listTriggers', 'getTrigger', 'listWorkflows'],
    done: (now) => (now.enabled ? 'On: it hears of what is stored from now on' : 'Off'),
  });
  return (
    <Switch
      on={enabled}
      large={large}
      busy={update.isPending}
      label={`Switch of ${definition.name}`}
      reason={reason}
      onChange={(on) => update.mutate({ params: { triggerId: id }, body: { enabled: on } })}
    />
  );
}

import { useApi } from '../../data/api.ts';
import { BarChart } from '../../ui/bar-chart.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';

const HOURS = 48;
const HOUR = 3_600_000;
const EVERY_MILLISECONDS = 30_000;
const HOUR_OF = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: 'numeric' });

/** What the trigger did, hour by hour. */
export function TriggerHours({ triggerId }: { readonly triggerId: string }) {
  const query = useApi(
    'listTriggerCounts',
    { params: { triggerId }, query: { hours: HOURS } },
    { refetchInterval: EVERY_MILLISECONDS },
  );
  return (
    <Panel title="The last two days">
      <Loaded query={query}>
        {({ items }) => {
          const counts = new Map(items.map((one) => [Date.parse(one.hour), one]));
          const end = Math.floor(Date.now() / HOUR) * HOUR;
          const bars = Array.from({ length: HOURS }, (_, index) => {
            const at = end - (HOURS - 1 - index) * HOUR;
            const { started = 0, discarded = 0, requeued = 0, failed = 0 } = counts.get(at) ?? {};
            return {
              key: String(at),
              label: HOUR_OF.format(at),
              values: [started, discarded, requeued, failed],
            };
          });
          return (
            <BarChart
              label="What the trigger did per hour"
              series={[
                { name: 'Started', tone: 'ok' },
                { name: 'Discarded', tone: 'idle' },
                { name: 'Put back', tone: 'live' },
                { name: 'Failed', tone: 'bad' },
              ]}
              bars={bars}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}

import { Link } from '@tanstack/react-router';
import { CircleCheck, Scale } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { EXECUTION_SECTIONS, RECORD_SECTIONS } from './balance-words.ts';
import type { Section } from './balance-words.ts';
import './balance.css';

type Item = Answer<'getBalance'>['items'][number];
const POLL_MILLISECONDS = 5000;

export function BalancePage() {
  const query = useApi('getBalance', undefined, { refetchInterval: POLL_MILLISECONDS });
  return (
    <Page
      title="Balance"
      description="Every record that a function handed over, and every execution that was started, must be somewhere. Counted anew from the tables every half minute; what doesn't add up is an alert."
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <EmptyState icon={Scale} title="Nothing to count yet">
                Figures appear once a function has handed over its first record, or a workflow has started.
              </EmptyState>
            </Panel>
          ) : (
            <Books items={items} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Books({ items }: { readonly items: readonly Item[] }) {
  const executions = items.filter((item) => item.of === 'workflow');
  const records = items.filter((item) => item.of !== 'workflow');
  return (
    <>
      <Verdict items={items} />
      {records.length > 0 && <h2>Records</h2>}
      {records.map((item) => (
        <BalanceItem
          key={`${item.appKey} ${item.connectionId ?? ''}`}
          item={item}
          sections={RECORD_SECTIONS}
        />
      ))}
      {executions.length > 0 && <h2>Executions</h2>}
      {executions.map((item) => (
        <BalanceItem key={item.workflowId} item={item} sections={EXECUTION_SECTIONS} />
      ))}
    </>
  );
}

/** The answer first: whether anything is missing, and what. */
function Verdict({ items }: { readonly items: readonly Item[] }) {
  const differences = items.flatMap((item) =>
    item.differences.map((difference) => ({ ...difference, item })),
  );
  if (differences.length === 0) {
    return (
      <div className="notice">
        <CircleCheck className="icon" aria-hidden />
        <span>
          <strong>The books balance.</strong> {summary(items)} Nothing is missing, nothing is there twice.
        </span>
      </div>
    );
  }
  return (
    <Notice tone="bad">
      <strong>
        {differences.length === 1 ? 'One sum does' : `${formatCount(differences.length)} sums do`} not add up.
      </strong>{' '}
      Each stays an alert until it is explained:
      <ul>
        {differences.map(({ name, message, item }, index) => (
          <li key={`${name} ${index}`}>
            <Name item={item} />: {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function summary(items: readonly Item[]): string {
  const sum = (of: Item['of'], counter: string): number =>
    items.reduce((all, item) => all + (item.of === of ? (item.counters[counter] ?? 0) : 0), 0);
  const records = sum('connection', 'accepted');
  const executions = sum('workflow', 'started');
  const parts = [
    ...(records > 0 ? [`${formatCount(records)} records were taken in`] : []),
    ...(executions > 0 ? [`${formatCount(executions)} executions were started`] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(' and ')}, and all are accounted for.`;
}

function Name({ item }: { readonly item: Item }) {
  const { appKey, connectionId, connectionName, workflowId, workflowName } = item;
  if (workflowId !== null) return <Link to={paths.workflow(workflowId)}>{workflowName}</Link>;
  if (connectionId !== null) return <Link to={paths.connection(connectionId)}>{connectionName}</Link>;
  return <Link to={paths.app(appKey ?? '')}>App {appKey}, all connections together</Link>;
}

function BalanceItem({ item, sections }: { readonly item: Item; readonly sections: readonly Section[] }) {
  const { of, accountName, appKey, differences, checkedAt } = item;
  const where = of === 'connection' ? `${appKey}, ${accountName}` : of === 'workflow' ? accountName : null;
  return (
    <Panel
      title={<Name item={item} />}
      description={where}
      actions={
        <>
          <StatusDot tone={differences.length === 0 ? 'ok' : 'bad'}>
            {differences.length === 0 ? 'Balanced' : 'Different'}
          </StatusDot>
          <span className="faint">
            checked <RelativeTime at={checkedAt} />
          </span>
        </>
      }
    >
      <div className="ledger">
        {sections.map((section) => (
          <Ledger key={section.title} section={section} counters={item.counters} />
        ))}
      </div>
    </Panel>
  );
}

function Ledger({ section, counters }: { readonly section: Section; readonly counters: Item['counters'] }) {
  const { title, none, sumOf } = section;
  const entries = section.entries.filter(({ counter }) => counter in counters);
  const sum = entries.reduce((all, { counter }) => all + (counters[counter] ?? 0), 0);
  return (
    <section>
      <h3>{title}</h3>
      {none !== undefined && sum === 0 ? (
        <p className="faint">{none}</p>
      ) : (
        <dl>
          {entries.map(({ counter, label, meaning }) => (
            <div key={counter}>
              <dt>{label}</dt>
              <dd className="num">{formatCount(counters[counter] ?? 0)}</dd>
              <dd className="meaning">{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
      {sumOf !== undefined && <Sum sum={sum} expected={counters[sumOf.counter] ?? 0} words={sumOf.words} />}
    </section>
  );
}

function Sum({
  sum,
  expected,
  words,
}: {
  readonly sum: number;
  readonly expected: number;
  readonly words: string;
}) {
  return (
    <p className="sum">
      <StatusDot tone={sum === expected ? 'ok' : 'warn'}>
        {sum === expected
          ? `Together ${formatCount(sum)}: all that were ${words}.`
          : `Together ${formatCount(sum)}, of ${formatCount(expected)} that were ${words}.`}
      </StatusDot>
    </p>
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { CONNECTION, allConnections, findConnection } from '../find-connection.ts';
import { bad, careful, counted, duration, faint, good, table } from '../output.ts';

const POLL_MILLISECONDS = 300;
type Run = Awaited<ReturnType<Client['getSyncRun']>>;
const ENDED: ReadonlySet<Run['state']> = new Set(['succeeded', 'failed', 'cancelled']);

export function register(program: Command, context: Context): void {
  const sync = program.command('sync').description('Run syncs, and see how they went.');
  sync
    .command('run')
    .description('Run a sync now and wait until its records are stored.')
    .argument('<connection>', CONNECTION)
    .argument('<record type>', 'key of the record type')
    .addOption(
      new Option('--kind <kind>', 'which sync of the record type').choices(['complete', 'recent', 'lookup']),
    )
    .option('--since <time>', 'recent: from this ISO time (default: where the last run ended)')
    .option('--until <time>', 'recent: up to this ISO time (default: now)')
    .option('--id <id>', 'lookup: the primary id')
    .option('--no-wait', 'return when the run is queued')
    .action((connection: string, recordType: string, options: RunOptions) =>
      run(connection, recordType, options, context),
    );
  sync
    .command('list')
    .description('List the syncs of a connection, or of all.')
    .argument('[connection]', CONNECTION)
    .action((connection: string | undefined) => list(connection, context));
  sync
    .command('history')
    .description('List the latest runs, newest first.')
    .argument('[connection]', CONNECTION)
    .action((connection: string | undefined) => history(connection, context));
  sync
    .command('cancel')
    .description('End a run that is queued or running.')
    .argument('<run>', 'id of the run')
    .action(async (runId: string) => {
      const client = await context.api();
      await client.cancelSyncRun({ params: { runId } });
      context.print({ cancelled: runId }, () => `Asked to end ${runId}.`);
    });
}

interface RunOptions {
  readonly kind?: 'complete' | 'recent' | 'lookup';
  readonly since?: string;
  readonly until?: string;
  readonly id?: string;
  readonly wait: boolean;
}

async function run(named: string, recordType: string, options: RunOptions, context: Context): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const syncId = await findSync(client, connectionId, recordType, options.kind);
  const { since, until, id } = options;
  const started = await client.runSync({
    params: { syncId },
    body: {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(id === undefined ? {} : { id }),
    },
  });
  if (!options.wait) {
    context.print(started, () => `Queued run ${started.id}.`);
    return;
  }
  context.note(`Run ${started.id}`);
  const ended = await untilEnded(client, started.id, context);
  context.print(ended, () => `${state(ended)} ${summary(ended)}`);
  if (ended.state === 'failed') process.exitCode = EXIT_CODES.app.code;
}

async function findSync(
  client: Client,
  connectionId: string,
  recordType: string,
  kind: RunOptions['kind'],
): Promise<string> {
  const sets = await client.listRecordSets({ params: { connectionId } });
  const set = sets.items.find(({ recordType: { key } }) => key === recordType);
  if (set === undefined) {
    const keys = sets.items.map(({ recordType: { key } }) => key).join(', ');
    throw new MiddleError('not_found', `The connection has no record type ${recordType}.`, {
      hint: `It has: ${keys}.`,
    });
  }
  const found = set.syncs.filter((sync) => kind === undefined || sync.kind === kind);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const kinds = set.syncs.map((sync) => sync.kind).join(', ');
  throw new MiddleError(
    'not_found',
    `${recordType} has ${found.length} syncs${kind === undefined ? '' : ` of kind ${kind}`}.`,
    {
      hint: `Choose one with --kind: ${kinds}.`,
    },
  );
}

async function untilEnded(client: Client, runId: string, context: Context): Promise<Run> {
  let shown = '';
  for (;;) {
    const found = await client.getSyncRun({ params: { runId } });
    if (ENDED.has(found.state)) return found;
    const line = `  ${found.state}: ${summary(found)}`;
    if (line !== shown) context.note(faint(line));
    shown = line;
    await sleep(POLL_MILLISECONDS);
  }
}

function summary({ counts, startedAt, endedAt, error }: Run): string {
  const parts = Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
  const time =
    startedAt === null
      ? ''
      : ` in ${duration(Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt))}`;
  return `${parts.length === 0 ? 'no records' : parts.join(', ')}${time}${error === null ? '' : ` ${bad(`${error.message} (${error.code})`)}`}`;
}

function state(found: Run): string {
  const shade = found.state === 'succeeded' ? good : found.state === 'failed' ? bad : careful;
  return shade(found.state);
}

type SyncOf = Awaited<ReturnType<Client['listRecordSets']>>['items'][number]['syncs'][number];
type ListedSync = SyncOf & {
  connection: string;
  connectionId: string;
  recordType: string;
  records: { count: number; exact: boolean };
};

async function list(named: string | undefined, context: Context): Promise<void> {
  const client = await context.api();
  const connections =
    named === undefined ? await allConnections(client) : [await findConnection(client, named)];
  const rows: ListedSync[] = [];
  for (const connection of connections) {
    const sets = await client.listRecordSets({ params: { connectionId: connection.id } });
    for (const { recordType, records, syncs } of sets.items) {
      for (const sync of syncs) {
        const names = {
          connection: `${connection.account.key}/${connection.name}`,
          recordType: recordType.key,
        };
        rows.push({ ...names, connectionId: connection.id, records, ...sync });
      }
    }
  }
  context.print({ items: rows }, () =>
    table(rows, [
      { title: 'CONNECTION', value: ({ connection }) => connection },
      { title: 'RECORD TYPE', value: ({ recordType }) => recordType },
      { title: 'RECORDS', value: ({ records }) => counted(records), align: 'right' },
      { title: 'KIND', value: ({ kind }) => kind },
      { title: 'SWITCH', value: ({ enabled }) => (enabled ? good('on') : faint('off')) },
      {
        title: 'EVERY',
        value: ({ everySeconds }) => (everySeconds === null ? '' : duration(everySeconds * 1000)),
        align: 'right',
      },
      {
        title: 'LAST RUN',
        value: ({ lastRun }) => (lastRun === null ? '' : `${lastRun.state} ${ago(lastRun.queuedAt)}`),
      },
    ]),
  );
}

function ago(time: string): string {
  return `${duration(Math.max(0, Date.now() - Date.parse(time)))} ago`;
}

async function history(named: string | undefined, context: Context): Promise<void> {
  const client = await context.api();
  const connectionId = named === undefined ? undefined : (await findConnection(client, named)).id;
  const query = { limit: 30, ...(connectionId === undefined ? {} : { connectionId }) };
  const page = await client.listSyncRuns({ query });
  context.print(page, () =>
    table(page.items, [
      { title: 'RUN', value: ({ id }) => id },
      { title: 'QUEUED', value: ({ queuedAt }) => queuedAt },
      { title: 'CONNECTION', value: ({ connection }) => connection.name },
      { title: 'RECORD TYPE', value: ({ recordType }) => recordType },
      { title: 'KIND', value: ({ kind }) => kind },
      { title: 'STATE', value: state },
      { title: 'RESULT', value: summary },
    ]),
  );
}

import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Client } from '@middle/contract/client.ts';
import type { Context } from '../context.ts';
import { CONNECTION, findConnection } from '../find-connection.ts';
import { careful, counted, faint, strong, table } from '../output.ts';

const COLUMNS = 6;
const CELL_CHARACTERS = 40;

export function register(program: Command, context: Context): void {
  const records = program.command('records').description('Look at stored records.');
  records
    .command('list')
    .description('List or search the records of one record type of a connection.')
    .argument('<connection>', CONNECTION)
    .argument('<record type>', 'key of the record type')
    .option(
      '--text <words>',
      'only records with these words; a part of a word is found by --filter KEY:contains:PART',
    )
    .option('--filter <condition>', 'ATTRIBUTE:OPERATOR:VALUE, repeatable', collect, [])
    .option('--sort <order>', 'ATTRIBUTE:asc or ATTRIBUTE:desc')
    .option('--deleted <which>', 'records that vanished at the source: exclude, include, only', 'exclude')
    .option('--limit <n>', 'how many, 1 to 200', limit, 20)
    .option('--after <cursor>', 'go on behind the page that gave this cursor')
    .addHelpText('after', OPERATORS)
    .action((connection: string, recordType: string, options: ListOptions) =>
      list(connection, recordType, options, context),
    );
  records
    .command('get')
    .description('Show one record, as it is or as it was.')
    .argument('<connection>', CONNECTION)
    .argument('<record type>', 'key of the record type')
    .argument('<id>', 'primary id')
    .option('--at <time>', 'as it was at this moment, ISO time')
    .option('--versions', 'its earlier states, newest first')
    .action((connection: string, recordType: string, id: string, options: GetOptions) =>
      options.versions === true
        ? versions(connection, recordType, id, context)
        : get(connection, recordType, id, options, context),
    );
}

const OPERATORS = `
Operators: is, is_not, contains, starts_with, lt, lte, gt, gte, is_null, is_not_null (the last two without a value).
Example: middle records list demo/Atlas city --filter population:gt:1000000 --sort population:desc`;

const collect = (value: string, before: string[]): string[] => [...before, value];

function limit(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 200) return value;
  throw new InvalidArgumentError('A whole number from 1 to 200.');
}

interface ListOptions {
  readonly text?: string;
  readonly filter: string[];
  readonly sort?: string;
  readonly deleted: string;
  readonly limit: number;
  readonly after?: string;
}

async function list(
  named: string,
  recordType: string,
  options: ListOptions,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const { text, filter, sort, after, deleted } = options;
  const answer = await client.listRecords({
    params: { connectionId, recordType },
    query: {
      limit: options.limit,
      deleted: deleted === 'include' || deleted === 'only' ? deleted : 'exclude',
      ...(text === undefined ? {} : { text }),
      ...(filter.length === 0 ? {} : { filter }),
      ...(sort === undefined ? {} : { sort }),
      ...(after === undefined ? {} : { after }),
    },
  });
  const keys = await attributeKeys(client, connectionId, recordType);
  context.print(answer, () => renderList(answer, keys));
}

type Listed = Awaited<ReturnType<Client['listRecords']>>;

/** In the order that the record type gives them: the database keeps none. */
async function attributeKeys(client: Client, connectionId: string, wanted: string): Promise<string[]> {
  const sets = await client.listRecordSets({ params: { connectionId } });
  const found = sets.items.find(({ recordType }) => recordType.key === wanted);
  return found?.recordType.attributes.map(({ key }) => key) ?? [];
}

function renderList({ items, next, total }: Listed, keys: readonly string[]): string {
  if (items.length === 0) return 'No records.';
  const columns = keys.slice(0, COLUMNS).map((key) => ({
    title: key.toUpperCase(),
    value: (row: Listed['items'][number]) => cell(row.data[key]),
  }));
  const version = {
    title: 'VERSION',
    value: (row: Listed['items'][number]) => row.version,
    align: 'right' as const,
  };
  const count = `${items.length} of ${counted(total)}`;
  return [
    table(items, [...columns, version]),
    faint(next === null ? count : `${count}; next page: --after ${next}`),
  ].join('\n');
}

function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null ? '' : (JSON.stringify(value) ?? '');
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS - 1)}…` : text;
}

interface GetOptions {
  readonly at?: string;
  readonly versions?: boolean;
}

async function get(
  named: string,
  recordType: string,
  recordId: string,
  options: GetOptions,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const query = options.at === undefined ? {} : { at: options.at };
  const record = await client.getRecord({ params: { connectionId, recordType, recordId }, query });
  const present = await attributeKeys(client, connectionId, recordType);
  // A state of the past may have attributes that the record type no longer has.
  const keys = new Set([...present.filter((key) => key in record.data), ...Object.keys(record.data)]);
  context.print(record, () =>
    [
      `${strong(`${recordType} ${record.id}`)} version ${record.version}, since ${record.updatedAt}`,
      ...(record.deletedAt === null ? [] : [careful(`vanished at the source ${record.deletedAt}`)]),
      ...[...keys].map((key) => `  ${faint(key)} ${JSON.stringify(record.data[key])}`),
      faint(`written by invocation ${record.invocationId}`),
    ].join('\n'),
  );
}

async function versions(
  named: string,
  recordType: string,
  recordId: string,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const answer = await client.listRecordVersions({
    params: { connectionId, recordType, recordId },
    query: { limit: 50 },
  });
  context.print(answer, () =>
    table(answer.items, [
      { title: 'VERSION', value: ({ version }) => version, align: 'right' },
      { title: 'FROM', value: ({ validFrom }) => validFrom },
      { title: 'UNTIL', value: ({ replacedAt }) => replacedAt ?? 'now' },
      { title: 'CHANGED', value: ({ changed }) => changed.join(', ') },
      { title: 'INVOCATION', value: ({ invocationId }) => invocationId },
    ]),
  );
}

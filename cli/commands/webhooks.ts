import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CONNECTION, findConnection } from '../find-connection.ts';
import { bad, careful, faint, good, plural, table } from '../output.ts';

const COLORS = { waiting: faint, running: faint, processed: good, refused: careful, dead: bad } as const;

export function register(program: Command, context: Context): void {
  const webhooks = program
    .command('webhooks')
    .description("See a connection's webhooks and what they received.");
  webhooks
    .command('list')
    .description('List the webhooks of a connection with their addresses, which let anybody send.')
    .argument('<connection>', CONNECTION)
    .action((connection: string) => list(connection, context));
  webhooks
    .command('requests')
    .description('List the latest received requests, newest first.')
    .argument('<connection>', CONNECTION)
    .action((connection: string) => requests(connection, context));
  webhooks
    .command('redrive')
    .description('Process dead requests again, or those that are named.')
    .argument('<connection>', CONNECTION)
    .argument('[request...]', 'ids of requests')
    .action((connection: string, ids: string[]) => redrive(connection, ids, context));
}

async function list(named: string, context: Context): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const base = await context.address();
  const found = await client.listWebhooks({ params: { connectionId } });
  context.print(found, () =>
    found.items.length === 0
      ? 'The app of this connection declares no webhooks.'
      : table(found.items, [
          { title: 'WEBHOOK', value: ({ key }) => key },
          { title: 'METHODS', value: ({ methods }) => methods.join(', ') },
          { title: 'LAST RECEIVED', value: ({ lastReceivedAt }) => lastReceivedAt ?? faint('never') },
          { title: 'ADDRESS', value: ({ address }) => base + (address ?? '') },
        ]),
  );
}

async function requests(named: string, context: Context): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const { items } = await client.listWebhookRequests({ params: { connectionId } });
  context.print(items, () =>
    items.length === 0
      ? 'Nothing was received.'
      : table(items, [
          { title: 'REQUEST', value: ({ id }) => id },
          { title: 'WEBHOOK', value: ({ webhook }) => webhook },
          { title: 'STATE', value: ({ state }) => COLORS[state](state) },
          { title: 'RECEIVED', value: ({ receivedAt }) => receivedAt },
          { title: 'NEW', value: ({ created }) => created, align: 'right' },
          { title: 'CHANGED', value: ({ updated }) => updated, align: 'right' },
          { title: 'ERROR', value: ({ error }) => error?.message },
        ]),
  );
}

async function redrive(named: string, ids: string[], context: Context): Promise<void> {
  const client = await context.api();
  const { id: connectionId } = await findConnection(client, named);
  const body = ids.length === 0 ? {} : { ids };
  const answer = await client.redriveWebhookRequests({ params: { connectionId }, body });
  context.print(answer, () => `${plural(answer.redriven, 'request')} put back.`);
}

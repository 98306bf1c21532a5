import type { Client } from '@middle/contract/client.ts';

const STEP = 'tell';

/**
 * Every change of an item starts one: most only look, some wait, one of fifty acts on the outside. Retries go on for as long
 * as functions are killed.
 */
const DEFINITION = {
  inputs: [
    { key: 'item', title: 'Item', type: { kind: 'record', connection: 'source', recordType: 'item' } },
  ],
  variables: [{ key: 'looked', title: 'Looked', type: { kind: 'number' }, initial: '0' }],
  connections: [{ key: 'source', title: 'Source', app: 'crash' }],
  steps: [
    {
      kind: 'switch',
      key: 'sort',
      title: 'Sort',
      value:
        'inputs.item.id.endsWith("25") || inputs.item.id.endsWith("75") ? "acts" : inputs.item.id.endsWith("6") ? "waits" : ""',
      cases: [
        {
          key: 'acts',
          title: 'Acts',
          equals: ['"acts"'],
          block: [
            {
              kind: 'action',
              key: STEP,
              title: 'Tell the source',
              connection: 'source',
              action: 'tell',
              input: { id: 'inputs.item.id', revision: 'inputs.item.revision' },
              retry: { attempts: 20, firstSeconds: 1, factor: 1.5, mostSeconds: 5 },
            },
          ],
        },
        {
          key: 'waits',
          title: 'Waits',
          equals: ['"waits"'],
          block: [{ kind: 'wait', key: 'rest', title: 'Rest', until: { kind: 'duration', seconds: '1' } }],
        },
      ],
    },
    { kind: 'set', key: 'count', title: 'Count', variable: 'looked', value: 'variables.looked + 1' },
  ],
  output: [{ key: 'looked', title: 'Looked', value: 'variables.looked' }],
};

/** What the log of an execution of this item must say. */
export function placesOf(id: string): readonly string[] {
  if (id.endsWith('25') || id.endsWith('75')) return ['sort', STEP, 'count'];
  if (id.endsWith('6')) return ['sort', 'rest', 'count'];
  return ['sort', 'count'];
}

export const actingPlace = STEP;

/** Publishes the workflow and lets it listen to created and updated items; returns its id. */
export async function prepareWorkflow(
  client: Client,
  accountId: string,
  connectionId: string,
): Promise<string> {
  const { id, draftRevision } = await client.createWorkflow({
    params: { accountId },
    body: { name: 'Crash', draft: DEFINITION, bindings: { source: connectionId } },
  });
  await client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
  await client.createTrigger({
    params: { workflowId: id },
    body: {
      enabled: true,
      definition: {
        kind: 'record',
        name: 'Items',
        connectionId,
        recordType: 'item',
        events: ['created', 'updated'],
        input: { item: 'record' },
      },
    },
  });
  return id;
}

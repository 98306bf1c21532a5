import type { Client } from '@middle/contract/client.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { triggerDefinitionSchema } from '@middle/core/workflow/trigger.ts';

/** What the sample's workflow is called: by this it is found again. */
export const SAMPLE_WORKFLOW = 'Tell of growing cities';

/** Reacts to what changes in the sample's source every few seconds, and posts what it finds back to it. */
const DEFINITION = workflowDefinitionSchema.parse({
  inputs: [
    { key: 'city', title: 'City', type: { kind: 'record', connection: 'atlas', recordType: 'city' } },
    { key: 'before', title: 'People before', type: { kind: 'number' }, required: false },
  ],
  variables: [{ key: 'text', title: 'What to tell', type: { kind: 'text' }, initial: '""' }],
  connections: [{ key: 'atlas', title: 'Atlas', app: 'atlas' }],
  steps: [
    {
      kind: 'decision',
      key: 'grown',
      title: 'Has it grown?',
      criteria: 'inputs.city.population > default(inputs.before, 0)',
      whenTrue: [
        {
          kind: 'set',
          key: 'tell',
          title: 'Put the notice together',
          variable: 'text',
          value:
            'inputs.city.name + " in " + default(related(inputs.city, "countryId").name, "a country not known yet") + " has " + formatNumber(inputs.city.population) + " people, " + formatNumber(inputs.city.population - default(inputs.before, 0)) + " more than before."',
        },
        {
          kind: 'action',
          key: 'post',
          title: 'Post a notice',
          notes: 'The same notice is posted once, however often the step has to be tried.',
          connection: 'atlas',
          action: 'post-notice',
          input: { subject: 'inputs.city.name + " grows"', text: 'variables.text' },
        },
      ],
      whenFalse: [
        {
          kind: 'stop',
          key: 'smaller',
          title: 'Nothing to tell',
          message: 'inputs.city.name + " has not grown."',
        },
      ],
    },
  ],
  output: [{ key: 'notice', title: 'What was told', value: 'variables.text' }],
});

/** Publishes the workflow and switches its trigger on. An account that has it keeps its own. */
export async function installSampleWorkflow(
  client: Client,
  accountId: string,
  connectionId: string,
): Promise<void> {
  const present = await client.listWorkflows({ params: { accountId }, query: { text: SAMPLE_WORKFLOW } });
  if (present.items.some(({ name }) => name === SAMPLE_WORKFLOW)) return;
  const { id: workflowId, draftRevision: revision } = await client.createWorkflow({
    params: { accountId },
    body: {
      name: SAMPLE_WORKFLOW,
      notes: 'When a city of the Atlas changes and has more people than before, a notice of it is posted.',
      draft: DEFINITION,
      bindings: { atlas: connectionId },
    },
  });
  await client.publishWorkflow({
    params: { workflowId },
    body: { revision, notes: 'As it comes with the sample.' },
  });
  const definition = triggerDefinitionSchema.parse({
    kind: 'record',
    name: 'A city changed',
    connectionId,
    recordType: 'city',
    events: ['updated'],
    input: { city: 'record', before: 'previous.population' },
    discard: 'record.population < 5000',
  });
  await client.createTrigger({ params: { workflowId }, body: { definition, enabled: true } });
}

export async function removeSampleWorkflow(client: Client, accountId: string): Promise<void> {
  const { items } = await client.listWorkflows({ params: { accountId }, query: { text: SAMPLE_WORKFLOW } });
  for (const { id, name } of items) {
    if (name === SAMPLE_WORKFLOW) await client.deleteWorkflow({ params: { workflowId: id } });
  }
}

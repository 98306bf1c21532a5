import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';
import { bindings, workflowDefinition, workflowParams } from '../workflows/workflow.ts';
import { executionEnding, givenOutputs, stepFailure, stepKind } from './repeat.ts';

const triedStep = z
  .strictObject({
    place: z
      .string()
      .meta({ description: 'The step’s key and the turns of the for eachs around it: `notify[1]`.' }),
    key: z.string(),
    title: z.string(),
    kind: stepKind,
    state: z.enum(['succeeded', 'failed']),
    branch: z.string().nullable(),
    input: z.unknown(),
    output: z.unknown(),
    error: stepFailure.nullable(),
    from: z.enum(['worked_out', 'given', 'execution', 'latest', 'example']).meta({
      description:
        'Where the output comes from: worked out for real; given with the request; what the step gave in the execution that is tried; in the latest execution in which it succeeded; an example made from its output form.',
    }),
    fromExecution: uuid.nullable().meta({ description: 'The execution whose output was taken.' }),
  })
  .meta({ id: 'TriedStep' });

export const tryWorkflow = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/trial',
  summary: 'Try a workflow without touching the outside',
  description:
    'Decisions, switches, variables, for eachs and waits are worked out for real, on real records; a wait passes at once. What touches the outside shows its input and takes an output that is given, or was real once. Nothing is stored or started.',
  permission: 'workflows.change',
  params: workflowParams,
  body: z.strictObject({
    definition: workflowDefinition.optional().meta({ description: 'Without it the saved draft.' }),
    bindings: bindings.optional().meta({ description: 'Without it those that are saved.' }),
    input: z.record(z.string(), z.unknown()).default({}).meta({ description: 'By the keys of the inputs.' }),
    records: z.record(z.string(), z.string().min(1).max(1024)).default({}).meta({
      description:
        'For inputs whose type is a record: the id of the record to try it on, by the input’s key.',
    }),
    executionId: uuid.optional().meta({
      description:
        'An execution of this workflow: its input, and what its steps gave. `input` and `records` go before.',
    }),
    outputs: givenOutputs,
  }),
  response: z.strictObject({
    input: z.record(z.string(), z.unknown()),
    steps: z.array(triedStep),
    end: executionEnding.nullable().meta({ description: 'Null: it did not come to an end, see `stopped`.' }),
    stopped: z
      .strictObject({
        code: z.enum(['steps', 'time']),
        message: z.string(),
        place: z.string(),
      })
      .nullable(),
  }),
  errors: ['conflict', 'connection_missing', 'expression_invalid'],
});

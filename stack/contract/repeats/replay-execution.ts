import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { executionParams } from '../executions/execution.ts';
import { uuid } from '../shared.ts';
import { against, executionEnding, givenOutputs, stepFailure, stepKind, unknownPolicy } from './repeat.ts';

export const REPLAY_VERDICTS = ['same', 'different', 'unknown'] as const;
export const replayVerdict = z.enum(REPLAY_VERDICTS).meta({
  description: '`unknown`: nothing differs as far as it can be known, and something can’t be known.',
});

export const difference = z
  .strictObject({
    path: z
      .string()
      .meta({ description: 'Within the step: `output.lines[2].amount`, `branch`, `error.code`.' }),
    recorded: z.unknown(),
    replayed: z.unknown(),
  })
  .meta({ id: 'ReplayDifference' });

const stepView = z
  .strictObject({
    state: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled', 'unknown']),
    branch: z.string().nullable(),
    input: z.unknown(),
    output: z.unknown(),
    error: stepFailure.nullable(),
  })
  .meta({ id: 'ReplayedStep' });

const comparedStep = z
  .strictObject({
    place: z.string(),
    key: z.string(),
    title: z.string(),
    kind: stepKind,
    verdict: z.enum(['same', 'different', 'only_recorded', 'only_replayed', 'unknown', 'open']).meta({
      description:
        '`unknown`: the changed workflow asks for something else, so nobody knows what it would have given. `open`: the execution is still at this step.',
    }),
    why: z.string().nullable(),
    assumed: z.enum(['recorded', 'given', 'example']).nullable().meta({
      description: 'Of a step that can’t be known: what the replay went on with.',
    }),
    differences: z.array(difference),
    recorded: stepView
      .nullable()
      .meta({ description: 'Null when it is the same, or was not in the execution.' }),
    replayed: stepView.nullable().meta({ description: 'Null when it is the same, or is not in the replay.' }),
  })
  .meta({ id: 'ComparedStep' });

export const replayExecution = defineEndpoint({
  method: 'POST',
  path: '/executions/{executionId}/replay',
  summary: 'Replay an execution with a changed workflow, and compare',
  description:
    'Works the steps out again with the recorded input, records as they were, moments and random values. What touches the outside gives what it gave then; nothing outside is touched, nothing is stored. An execution that is under way is replayed as far as it is.',
  permission: 'executions.change',
  params: executionParams,
  body: z.strictObject({ against, unknown: unknownPolicy, outputs: givenOutputs }),
  response: z.strictObject({
    executionId: uuid,
    recordedVersion: z.int(),
    replayedVersion: z.int().nullable().meta({ description: 'Null: a draft or a definition.' }),
    verdict: replayVerdict,
    isUnderWay: z.boolean(),
    counts: z.strictObject({
      same: z.int(),
      different: z.int(),
      onlyRecorded: z.int(),
      onlyReplayed: z.int(),
      unknown: z.int(),
      open: z.int(),
    }),
    steps: z.array(comparedStep),
    isCut: z.boolean().meta({ description: 'There are more steps than are listed; the counts are of all.' }),
    end: z.strictObject({
      isSame: z.boolean(),
      recorded: executionEnding.nullable().meta({ description: 'Null: it is under way.' }),
      replayed: executionEnding.nullable().meta({ description: 'Null: it can’t be known.' }),
      differences: z.array(difference),
    }),
    notes: z.array(z.string()).meta({ description: 'Where the replay had less than the execution had.' }),
  }),
  errors: ['conflict', 'execution_limit', 'unsealing_failed'],
});

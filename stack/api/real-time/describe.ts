import { problem } from '@middle/contract/problem.ts';
import { objectOf } from '@middle/core/expression/types.ts';
import { schemaOfInputs, schemaOfType } from '@middle/core/workflow/json-schema.ts';
import type { JsonSchema } from '@middle/core/workflow/json-schema.ts';
import { outputFields } from '@middle/core/workflow/outputs.ts';
import { recordTypesIn } from '@middle/core/workflow/scopes.ts';
import type { Queryable } from '@middle/store/database.ts';
import { readDefinition } from '@middle/store/executions/load.ts';
import { readSurroundings } from '@middle/store/executions/surroundings.ts';
import type { EndpointView } from '@middle/store/real-time/endpoints.ts';
import { z } from 'zod';
import { addressOf } from '../workflow-endpoints/answer.ts';
import { stateAddress } from './answer.ts';

interface DescribedAccount {
  readonly key: string;
  readonly name: string;
}

/** The endpoints of an account as an OpenAPI 3.1 document; those that were never published are left out. */
export async function describeEndpoints(
  db: Queryable,
  account: DescribedAccount,
  endpoints: readonly EndpointView[],
): Promise<Record<string, unknown>> {
  const paths: Record<string, unknown> = {};
  for (const endpoint of endpoints) {
    const operation = await operationOf(db, endpoint);
    if (operation !== null) paths[addressOf(endpoint)] = { post: operation };
  }
  paths[stateAddress(account.key, '{executionId}')] = { get: STATE_OPERATION };
  return {
    openapi: '3.1.0',
    info: { title: `${account.name}: real-time API`, version: versionOf(endpoints) },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: { Execution: EXECUTION, Problem: problemSchema() },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key of the account: `mk_…`.' },
      },
    },
  };
}

/** Another text whenever something in it was published. */
function versionOf(endpoints: readonly EndpointView[]): string {
  const published = endpoints.reduce((sum, { version }) => sum + (version ?? 0), 0);
  return `${endpoints.length}.${published}`;
}

async function operationOf(db: Queryable, endpoint: EndpointView): Promise<JsonSchema | null> {
  const { workflowId, workflowName, version, bindings, name, mode, timeLimitSeconds } = endpoint;
  if (version === null) return null;
  const definition = await readDefinition(db, workflowId, version);
  const surroundings = await readSurroundings(db, endpoint.accountId, definition, bindings);
  const known = recordTypesIn(surroundings);
  const output = schemaOfType(objectOf(outputFields(definition, surroundings)), known);
  const waits = mode === 'sync';
  return {
    operationId: name,
    summary: workflowName,
    description: waits
      ? `Answers with the output when the workflow ends within ${timeLimitSeconds} seconds, else with the address of its state.`
      : 'Answers at once with the address of the state.',
    parameters: HEADERS,
    requestBody: {
      required: definition.inputs.some(({ required }) => required),
      content: { 'application/json': { schema: schemaOfInputs(definition.inputs, known) } },
    },
    responses: {
      ...(waits
        ? { 200: { description: 'The output.', content: { 'application/json': { schema: output } } } }
        : {}),
      202: { description: 'It goes on; ask at the address for its state.', ...EXECUTION_CONTENT },
      ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
      ...(waits ? problems(409, 500, 502) : {}),
    },
  };
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'The body does not fit the inputs; the problem names each.',
  401: 'The key is missing or not valid.',
  403: 'The key may not call this endpoint.',
  404: 'There is no such endpoint or execution.',
  409: 'The execution was cancelled.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The workflow refused what it was given, or the idempotency key was used for another call.',
  429: 'Too many calls; Retry-After says when to try again.',
  500: 'The workflow failed through a fault of the platform.',
  502: 'The workflow failed through a fault of an app, or of the system behind it.',
  503: 'The account or the workflow is switched off.',
};

const HEADERS = [
  {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key and body within a day find the execution that the first call started.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  {
    name: 'Prefer',
    in: 'header',
    description: '`respond-async`, or `wait=SECONDS` to wait for less than the endpoint does (RFC 7240).',
    schema: { type: 'string' },
  },
];

const EXECUTION = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    state: { type: 'string', enum: ['ready', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] },
    address: { type: 'string' },
    queuedAt: { type: 'string', format: 'date-time' },
    startedAt: { type: ['string', 'null'], format: 'date-time' },
    endedAt: { type: ['string', 'null'], format: 'date-time' },
    output: { type: ['object', 'null'], description: 'As the endpoint describes it.' },
    error: {
      type: ['object', 'null'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        fault: { type: 'string', enum: ['user', 'developer', 'operator', 'platform'] },
      },
    },
  },
  required: ['id', 'state', 'address', 'queuedAt', 'startedAt', 'endedAt', 'output', 'error'],
};

const EXECUTION_CONTENT = {
  headers: { Location: { schema: { type: 'string' } }, 'Execution-Id': { schema: { type: 'string' } } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Execution' } } },
};

const STATE_OPERATION = {
  operationId: 'getExecution',
  summary: 'The state of an execution that this key started, with its output or error',
  parameters: [
    { name: 'executionId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
  ],
  responses: {
    200: { description: 'The state.', ...EXECUTION_CONTENT },
    ...problems(400, 401, 404, 429),
  },
};

function problems(...statuses: readonly number[]): JsonSchema {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    statuses.map((status) => [status, { description: WORDS[status] ?? 'A problem.', content }]),
  );
}

/** The schema has a name of its own, so zod puts it apart and refers to it. */
function problemSchema(): unknown {
  const { $defs = {} } = z.toJSONSchema(problem, { io: 'output', target: 'draft-2020-12' });
  const { id: _, ...schema } = Object($defs['Problem']);
  return schema;
}

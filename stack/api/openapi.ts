import { z } from 'zod';
import { API_PREFIX } from '@middle/contract/endpoint.ts';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { endpoints } from '@middle/contract/endpoints.ts';
import { problem } from '@middle/contract/problem.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import { statusOf } from '@middle/core/error-codes.ts';

type Json = Record<string, unknown>;

const COMPONENTS = '#/components/schemas/';

/** What every endpoint may answer with, beside its own errors. */
const COMMON: readonly ErrorCode[] = [
  'request_invalid',
  'too_many_requests',
  'internal',
  'database_unavailable',
];

/** The OpenAPI 3.1 document of the contract. Its schemas are JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export function openApiDocument(release: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = (paths[API_PREFIX + endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operationOf(name, endpoint, schemas);
  }
  schemaOf(problem, 'output', schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Middle',
      version: release,
      summary: "One customer's stack: accounts, apps, connections, records and what happens to them.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tags(),
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: "The command line's token." },
        session: { type: 'apiKey', in: 'cookie', name: 'middle.session_token' },
      },
    },
  };
}

function operationOf(name: string, endpoint: Endpoint, schemas: Json): Json {
  const described = endpoint.description === undefined ? {} : { description: endpoint.description };
  const parameters = [
    ...parametersOf('path', endpoint.params, schemas),
    ...parametersOf('query', endpoint.query, schemas),
  ];
  const body = bodyOf(endpoint, schemas);
  return {
    operationId: name,
    tags: [tagOf(endpoint)],
    summary: endpoint.summary,
    ...described,
    security: endpoint.permission === 'public' ? [] : [{ token: [] }, { session: [] }],
    'x-permission': endpoint.permission,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: body }),
    responses: responsesOf(endpoint, schemas),
  };
}

function bodyOf(endpoint: Endpoint, schemas: Json): Json | null {
  if (endpoint.consumes !== undefined) return { required: true, content: { [endpoint.consumes]: {} } };
  if (endpoint.body === undefined) return null;
  return {
    required: true,
    content: { 'application/json': { schema: schemaOf(endpoint.body, 'input', schemas) } },
  };
}

function responsesOf(endpoint: Endpoint, schemas: Json): Json {
  const responses: Json = {};
  const success =
    endpoint.status ?? (endpoint.response === undefined && endpoint.produces === undefined ? 204 : 200);
  const type = endpoint.produces ?? 'application/json';
  const schema =
    endpoint.response === undefined ? {} : { schema: schemaOf(endpoint.response, 'output', schemas) };
  responses[String(success)] =
    success === 204
      ? { description: 'Done; there is no content.' }
      : { description: 'Done.', content: { [type]: schema } };
  const codes = new Map<number, ErrorCode[]>();
  for (const code of errorCodesOf(endpoint)) {
    const status = statusOf(code);
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  for (const [status, names] of [...codes].sort(([a], [b]) => a - b)) {
    responses[String(status)] = {
      description: names.join(', '),
      content: { 'application/problem+json': { schema: { $ref: `${COMPONENTS}Problem` } } },
    };
  }
  return responses;
}

function errorCodesOf(endpoint: Endpoint): ReadonlySet<ErrorCode> {
  const codes = new Set<ErrorCode>([...COMMON, ...(endpoint.errors ?? [])]);
  if (endpoint.permission !== 'public') codes.add('not_signed_in');
  if (endpoint.permission !== 'public' && endpoint.permission !== 'signed_in') codes.add('not_allowed');
  if (endpoint.params !== undefined) codes.add('not_found');
  if (endpoint.method !== 'GET') codes.add('origin_refused');
  if (endpoint.body !== undefined || endpoint.consumes !== undefined) {
    codes.add('body_too_large').add('media_type_unsupported');
  }
  return codes;
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined, schemas: Json): Json[] {
  if (schema === undefined) return [];
  const required = new Set(jsonSchema(schema, 'input').required);
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...rest } = schemaOf(field, 'input', schemas);
    return {
      name,
      in: place,
      required: place === 'path' || required.has(name),
      ...(typeof description === 'string' ? { description } : {}),
      schema: rest,
    };
  });
}

interface JsonSchema extends Json {
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Json>>;
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  return { ...z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) };
}

/** Named schemas move to the document's components, so that each is said once. */
function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs = {}, id, ...rest } = jsonSchema(schema, io);
  for (const [name, definition] of Object.entries($defs)) {
    const { id: _id, $schema: _schema, ...body } = definition;
    schemas[name] = moved(body);
  }
  const own = moved(rest);
  if (typeof id !== 'string') return own;
  schemas[id] = own;
  return { $ref: COMPONENTS + id };
}

function moved(schema: Json): Json {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', COMPONENTS) : value,
  );
  const parsed: Json = JSON.parse(text);
  return parsed;
}

/** The first word of the path, which is the name of the folder in the contract too. */
function tagOf(endpoint: Endpoint): string {
  const words = endpoint.path.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  const [first = ''] = words;
  const nested: Readonly<Record<string, string>> = {
    records: 'records',
    connections: 'connections',
    'invalid-records': 'quarantine',
    lookups: 'lookups',
    runs: 'sync-runs',
    'api-keys': 'api-keys',
    endpoint: 'endpoints',
    endpoints: 'endpoints',
    webhooks: 'webhooks',
    'webhook-requests': 'webhooks',
    'alert-rules': 'alerts',
    'alert-channels': 'alerts',
    'alert-recipients': 'alerts',
  };
  const inner = words.slice(1).find((word) => nested[word] !== undefined);
  const session = ['sign-in', 'sign-out', 'sign-in-links', 'me'];
  if (session.includes(first)) return 'session';
  if (first.startsWith('alert-')) return 'alerts';
  if (first === 'invitations') return 'people';
  if (first === 'invalid-records') return 'quarantine';
  return (inner === undefined ? undefined : nested[inner]) ?? first;
}

function tags(): Json[] {
  return [...new Set(Object.values(endpoints).map(tagOf))].sort().map((name) => ({ name }));
}

import { z } from 'zod';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { issueWords } from '@middle/core/issue-words.ts';

interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

interface Wrong {
  readonly path: string;
  readonly message: string;
}

const ERRORS_MOST = 20;

/** Parses a request by its endpoint's schemas. @throws MiddleError request_invalid that names every wrong part. */
export function parseRequest(
  endpoint: Endpoint,
  raw: RawRequest,
): { params: unknown; query: unknown; body: unknown } {
  const wrong: Wrong[] = [];
  const parsed = {
    params: parsePart('params', endpoint.params, raw.params, wrong),
    query: parsePart('query', endpoint.query, withLists(endpoint.query, raw.query), wrong),
    body:
      endpoint.consumes === undefined
        ? parsePart('body', endpoint.body, raw.body, wrong)
        : bytesOf(raw.body, wrong),
  };
  if (wrong.length > 0) {
    const [first] = wrong;
    throw new MiddleError(
      'request_invalid',
      first === undefined ? 'the request is wrong' : `${fieldOf(first.path)}: ${first.message}`,
      { data: { errors: wrong.slice(0, ERRORS_MOST) } },
    );
  }
  return parsed;
}

/** People know a field by its name; which part of the request has it is in the list of errors. */
function fieldOf(path: string): string {
  return path.replace(/^(?:body|query|params)\./, '');
}

function parsePart(
  part: 'params' | 'query' | 'body',
  schema: z.ZodType | undefined,
  value: unknown,
  wrong: Wrong[],
): unknown {
  if (schema === undefined) {
    // An unknown parameter is a misspelled one; a body nobody reads does no harm.
    if (part === 'query' && isFilled(value)) {
      wrong.push({
        path: Object.keys(value).map((key) => `query.${key}`)[0] ?? part,
        message: 'is not known here',
      });
    }
    return undefined;
  }
  const unstorable = unstorableText(value, part);
  if (unstorable !== null) {
    wrong.push({
      path: unstorable,
      message: 'has a character that can not be stored (NUL, or half a surrogate pair)',
    });
    return undefined;
  }
  const parsed = schema.safeParse(value ?? (part === 'query' ? {} : value));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    wrong.push({ path: [part, ...issue.path.map(String)].join('.'), message: issueWords(issue) });
  }
  return undefined;
}

function isFilled(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** A parameter that may come several times is a list even when it comes once. */
function withLists(schema: z.ZodObject | undefined, query: unknown): unknown {
  if (schema === undefined || typeof query !== 'object' || query === null) return query;
  const entries = Object.entries(query).map(([key, value]: [string, unknown]) => {
    const isList = listKeys(schema).has(key);
    return [key, isList && !Array.isArray(value) ? [value] : value];
  });
  return Object.fromEntries(entries);
}

const LISTS = new WeakMap<z.ZodObject, ReadonlySet<string>>();

function listKeys(schema: z.ZodObject): ReadonlySet<string> {
  const known = LISTS.get(schema);
  if (known !== undefined) return known;
  const keys = Object.entries(schema.shape).filter(([, field]) => {
    const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
    return inner instanceof z.ZodArray;
  });
  const set = new Set(keys.map(([key]) => key));
  LISTS.set(schema, set);
  return set;
}

function bytesOf(body: unknown, wrong: Wrong[]): Uint8Array {
  if (body instanceof Uint8Array && body.length > 0) return body;
  wrong.push({ path: 'body', message: 'is missing' });
  return new Uint8Array();
}

/** Where a text is that Postgres refuses to store: NUL (text and jsonb), or a lone surrogate (jsonb). */
export function unstorableText(value: unknown, path: string): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = unstorableText(key, path) ?? unstorableText(inner, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

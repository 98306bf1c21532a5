import type { ErrorCode } from '@middle/core/error-codes.ts';
import { API_PREFIX } from './endpoint.ts';
import type { CallInput, CallOutput, Endpoint, RequiredKeys } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

/** An answer that says what went wrong, or the lack of any answer (`status` 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;

  constructor(details: Problem, cause?: unknown) {
    super(details.detail, cause === undefined ? undefined : { cause });
    this.problem = details;
  }

  get code(): ErrorCode {
    return this.problem.code;
  }
  get status(): number {
    return this.problem.status;
  }
  get fault(): Problem['fault'] {
    return this.problem.fault;
  }
  get hint(): string | undefined {
    return this.problem.hint;
  }
  get requestId(): string {
    return this.problem.requestId;
  }
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:4400`. Empty in a browser: the page's own origin. */
  readonly baseUrl: string;
  /** A bearer token; without one the browser's session cookie is used. */
  readonly token?: string | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

type Call<E extends Endpoint> = [RequiredKeys<CallInput<E>>] extends [never]
  ? (input?: CallInput<E>, signal?: AbortSignal) => Promise<CallOutput<E>>
  : (input: CallInput<E>, signal?: AbortSignal) => Promise<CallOutput<E>>;

/** One method per endpoint: `client.getAccount({ params: { accountId } })`. */
export type Client = { readonly [N in EndpointName]: Call<Endpoints[N]> };

interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> | Blob {
  return body instanceof Uint8Array || body instanceof Blob;
}

/** @throws ApiProblem from every call that does not answer with success. */
export function createClient(options: ClientOptions): Client {
  const calls = Object.entries(endpoints).map(([name, endpoint]) => [
    name,
    (input: AnyInput = {}, signal?: AbortSignal) => call(options, endpoint, input, signal),
  ]);
  // The entries are those of `endpoints`, which Client is a mapped type of; fromEntries forgets it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(calls) as Client;
}

async function call(
  options: ClientOptions,
  endpoint: Endpoint,
  input: AnyInput,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const send = options.fetch ?? globalThis.fetch;
  const headers: Record<string, string> = {
    accept: `${endpoint.produces ?? 'application/json'}, application/problem+json`,
  };
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  const init: RequestInit = { method: endpoint.method, headers, credentials: 'same-origin' };
  if (input.body !== undefined) {
    headers['content-type'] = endpoint.consumes ?? 'application/json';
    init.body = isBytes(input.body) ? input.body : JSON.stringify(input.body);
  }
  if (signal !== undefined) init.signal = signal;

  let response: Response;
  try {
    response = await send(options.baseUrl + addressOf(endpoint, input), init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem(
      localProblem(0, 'not_running', 'the stack does not answer', 'Check that it runs: middle status.'),
      error,
    );
  }
  if (!response.ok) throw await problemOf(response);
  if (endpoint.produces !== undefined) return response;
  return response.status === 204 ? undefined : response.json();
}

/** The path and query of a call, for links and event streams too. */
export function addressOf(endpoint: Endpoint, input: AnyInput = {}): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, param: string) =>
    encodeURIComponent(String(input.params?.[param])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(key, String(one));
    }
  }
  const text = query.toString();
  return API_PREFIX + path + (text === '' ? '' : `?${text}`);
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const parsed = problem.safeParse(await response.json().catch(() => null));
  if (parsed.success) return new ApiProblem(parsed.data);
  // Something between us and the API answered, such as a proxy.
  return new ApiProblem(
    localProblem(
      response.status,
      'internal',
      `the answer was ${String(response.status)} without a problem document`,
    ),
  );
}

function localProblem(
  status: number,
  code: 'not_running' | 'internal',
  detail: string,
  hint?: string,
): Problem {
  return {
    type: `urn:middle:problem:${code}`,
    title: code.replaceAll('_', ' '),
    status,
    detail,
    code,
    fault: code === 'not_running' ? 'operator' : 'platform',
    ...(hint === undefined ? {} : { hint }),
    requestId: '',
  };
}

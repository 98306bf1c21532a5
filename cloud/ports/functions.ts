import type { Fault } from '@middle/core/errors.ts';

/**
 * Runs user code. What the code emits goes to its app's queue as messages (see core/message.ts); nothing else comes
 * back but how the run ended. Local: sandboxed processes. AWS: Lambda.
 */
export interface Functions {
  invoke(call: FunctionCall, signal: AbortSignal): Promise<FunctionEnd>;
  /** What runs user code here, for the health page. */
  describe(): Promise<FunctionsDescription>;
  close(): Promise<void>;
}

export interface FunctionCall {
  readonly invocation: string;
  readonly app: string;
  readonly version: string;
  readonly connection: string;
  /** Signed with core/message.ts TokenClaims; stamped on each message. */
  readonly token: string;
  readonly engine: 'javascript' | 'python';
  /** One CommonJS file whose `exports.default` is the function; made by functions/build. */
  readonly bundle: { readonly digest: string; readonly code: string };
  readonly kind: 'sync' | 'action' | 'auth' | 'webhook';
  readonly input: unknown;
  /** The last stored progress cursor of this run, when it goes on after a crash; else null. */
  readonly cursor: unknown;
  /** For an action: the same for each attempt of its step, so that the outside system can tell a repeat from a new wish. */
  readonly idempotencyKey?: string | undefined;
  /** For a webhook: the credentials that its manifest names, `ctx.secrets`. They are left out of its log. */
  readonly secrets?: Readonly<Record<string, string | boolean>> | undefined;
  /** What the connecting user filled in, without protected fields: `ctx.connection.settings`. */
  readonly settings: Readonly<Record<string, string | boolean>>;
  readonly egress: EgressPolicy;
  readonly limits: FunctionLimits;
}

export interface EgressPolicy {
  /** Base address for relative paths in ctx.fetch and ctx.pages; null when the app declares none. */
  readonly baseUrl: string | null;
  /** Host names an owner approved, exact or `*.example.com`. */
  readonly hosts: readonly string[];
  /** Loopback `host:port` pairs allowed for development only; each use is logged. */
  readonly developmentHosts: readonly string[];
  /** Headers that the broker adds to requests to `hosts`; user code never sees them. Secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Shared by all functions of the connection. */
  readonly rate: { readonly requests: number; readonly perSeconds: number } | null;
}

export interface FunctionLimits {
  readonly wallSeconds: number;
  readonly memoryMegabytes: number;
  readonly outputBytes: number;
  readonly records: number;
}

/** How a run ended, told by the host, not by the code. The Z or E message carries the code's own word. */
export interface FunctionEnd {
  readonly outcome: 'returned' | 'threw' | 'killed' | 'lost';
  readonly error: { readonly code: string; readonly message: string; readonly fault: Fault } | null;
  /** Messages sent to the queue; the last one has the result or the error. */
  readonly messages: number;
  readonly records: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly start: 'cold' | 'pool' | 'warm';
}

export interface FunctionsDescription {
  readonly engines: readonly { readonly name: string; readonly version: string }[];
  readonly launcher: string;
}

import { SourceMap } from 'node:module';
import { faultOf } from '@middle/core/error-codes.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import { z } from 'zod';

/** How a run failed, as it goes into the E line. */
export interface RunError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** What code may say of itself: never that the platform is at fault. */
const OWN_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'function_error',
  'egress_host_not_allowed',
  'egress_address_refused',
  'egress_limit',
  'egress_failed',
  'credentials_rejected',
  'rate_limited',
  'webhook_refused',
] satisfies ErrorCode[]);

const schema = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch('The function failed without a message.'),
  stack: z.string().optional().catch(undefined),
});
const MESSAGE_CHARACTERS = 4000;
const STACK_LINES = 20;

/** Reads what the guest says of a failure; it is small, and the last thing of a run, so parsing it stalls nothing. */
export function readErrorLine(json: string, sourceMap: string | null): RunError {
  const parsed = schema.safeParse(parseJson(json));
  if (!parsed.success) return { code: 'function_error', message: 'The function failed without a message.' };
  const { code, message, stack } = parsed.data;
  return {
    code: isOwnCode(code) ? code : 'function_error',
    message: message.slice(0, MESSAGE_CHARACTERS),
    stack: stack === undefined ? undefined : mapStack(stack, sourceMap),
  };
}

export function writeErrorLine({ code, message, stack }: RunError): string {
  return `E${JSON.stringify({ code, message, stack })}`;
}

export function toEndError({ code, message }: RunError) {
  return { code, message, fault: faultOf(code) };
}

/** Only the function's own frames, at the files and lines of its author. */
function mapStack(stack: string, sourceMap: string | null): string | undefined {
  const map = sourceMap === null ? null : loadMap(sourceMap);
  const frames = stack.split('\n').flatMap((line) => {
    const [, name, row, column] =
      /^\s*at (?:(.*?) \()?function\.js(?:, <anonymous>)?:(\d+):(\d+)\)?$/.exec(line) ?? [];
    if (row === undefined || column === undefined) return [];
    const entry = map?.findEntry(Number(row) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return [];
    const source = entry.originalSource.replace(/^app:/, '');
    const place = `${source}:${String(entry.originalLine + 1)}:${String(entry.originalColumn + 1)}`;
    return [name === undefined ? `at ${place}` : `at ${name} (${place})`];
  });
  return frames.length === 0 ? undefined : frames.slice(0, STACK_LINES).join('\n');
}

function loadMap(text: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(text));
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOwnCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && OWN_CODES.has(code);
}

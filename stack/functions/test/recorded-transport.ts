import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Hop, HopAnswer, Transport } from '../egress/hop.ts';
import { absoluteUrl } from '../egress/policy.ts';
import type { PackageFiles } from '../package/files.ts';
import type { RecordedCall } from './recorded.ts';

export interface RecordedTransport extends Transport {
  /** Requests that nothing answered, and recorded calls that were not made. */
  problems(): string[];
}

/** Answers requests from recorded calls: the first one that fits and has not been made as often as it says. */
export function recordedTransport(
  calls: readonly RecordedCall[],
  policy: EgressPolicy,
  files: PackageFiles,
): RecordedTransport {
  const open = calls.map((call) => ({ call, key: recordedKey(call, policy), made: 0 }));
  const unanswered: string[] = [];
  return {
    send: (hop) => {
      const key = `${hop.method} ${normalized(hop.url)}`;
      const found = open.find(
        (one) => one.key === key && one.made < one.call.times && bodyFits(one.call, hop),
      );
      if (found === undefined) {
        unanswered.push(`No recorded call answers ${key}.`);
        throw new MiddleError('egress_failed', `No recorded call answers ${key}.`);
      }
      found.made += 1;
      return Promise.resolve(answerOf(found.call, files));
    },
    close: () => undefined,
    problems: () => [
      ...unanswered,
      ...open.flatMap(({ call, made }) =>
        made === call.times ? [] : [`${call.request} was made ${times(made)}, not ${times(call.times)}.`],
      ),
    ],
  };
}

function recordedKey({ request }: RecordedCall, policy: EgressPolicy): string {
  const [method = '', target = ''] = request.split(' ', 2);
  return `${method} ${normalized(absoluteUrl(target, policy))}`;
}

/** The order of query parameters does not matter. */
function normalized(url: URL): string {
  const copy = new URL(url);
  copy.searchParams.sort();
  return copy.href;
}

function bodyFits({ body }: RecordedCall, hop: Hop): boolean {
  if (body === undefined) return true;
  const text = hop.body === null ? '' : Buffer.from(hop.body).toString('utf8');
  try {
    return isDeepStrictEqual(JSON.parse(text), body);
  } catch {
    return text === body;
  }
}

function answerOf(call: RecordedCall, files: PackageFiles): HopAnswer {
  const [body, type] = bodyOf(call, files);
  const headers = Object.fromEntries(
    Object.entries(call.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    status: call.status,
    headers: { 'content-type': type, ...headers },
    stream: Readable.from([body]),
  };
}

function bodyOf({ json, text, file }: RecordedCall, files: PackageFiles): [Uint8Array, string] {
  if (file !== undefined) {
    const found = files.get(file);
    if (found === undefined)
      throw new MiddleError('package_invalid', `There is no file “${file}” in the package.`);
    return [found, file.endsWith('.json') || file.endsWith('.geojson') ? 'application/json' : 'text/plain'];
  }
  return json === undefined
    ? [Buffer.from(text ?? ''), 'text/plain']
    : [Buffer.from(JSON.stringify(json)), 'application/json'];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

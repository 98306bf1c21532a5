import { hash } from 'node:crypto';
import { originSequence } from '@middle/core/change.ts';
import type { Emission } from '@middle/core/change.ts';
import { clean, compileRecordType } from '@middle/core/record.ts';
import type { CompiledRecordType, Reference } from '@middle/core/record.ts';
import type { InvalidRecord } from '@middle/store/invalid-record-writes.ts';
import type { RecordSet } from '@middle/store/record-sets.ts';
import type { KnownMessage } from './read-messages.ts';

const DIGEST_HEX_DIGITS = 32;

export interface CompiledRecordSet extends RecordSet {
  readonly compiled: CompiledRecordType;
}

export type CheckedEmission = Emission & { readonly references: readonly Reference[] };

/** The records of one message, judged by the record types in force. */
export interface CheckedMessage {
  readonly message: KnownMessage;
  readonly emissions: ReadonlyMap<number, readonly CheckedEmission[]>;
  readonly invalid: readonly InvalidRecord[];
  /** Ids named in the record set of the run's own sync, valid or not. */
  readonly seen: readonly string[];
}

/** Compiles a record type once for as long as its definition stays. */
export class RecordTypeCache {
  readonly #compiled = new Map<number, { readonly key: string; readonly type: CompiledRecordType }>();

  compile(set: RecordSet): CompiledRecordSet {
    const key = JSON.stringify(set.recordType);
    const known = this.#compiled.get(set.id);
    if (known?.key === key) return { ...set, compiled: known.type };
    const type = compileRecordType(set.recordType);
    this.#compiled.set(set.id, { key, type });
    return { ...set, compiled: type };
  }
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, DIGEST_HEX_DIGITS);
}

/** @param sets the record sets of the message's connection, by the key of their record type. */
export function checkMessage(
  message: KnownMessage,
  sets: ReadonlyMap<string, CompiledRecordSet>,
): CheckedMessage {
  const { invocation, header } = message;
  const emissions = new Map<number, CheckedEmission[]>();
  const invalid: InvalidRecord[] = [];
  const seen: string[] = [];
  const asideOf = (line: number): Pick<InvalidRecord, keyof ReturnType<typeof commonOf>> =>
    commonOf(message, line);

  for (const { line, recordType, data } of message.records) {
    const set = sets.get(recordType);
    if (set === undefined) {
      const problems = [{ path: '', problem: `The app version has no record type "${clean(recordType)}".` }];
      invalid.push({
        ...asideOf(line),
        recordSetId: null,
        recordType: clean(recordType),
        recordId: null,
        data,
        raw: null,
        problems,
      });
      continue;
    }
    const checked = set.compiled.check(data);
    if (checked.id !== null && set.id === invocation.recordSetId) seen.push(checked.id);
    if (checked.ok) {
      const list = emissions.get(set.id) ?? [];
      emissions.set(set.id, list);
      const origin = { startedAt: invocation.startedAt, sequence: originSequence(header.sequence, line) };
      const { id, text, references } = checked;
      list.push({ id, text, references, digest: digestOf(text), origin, invocationId: invocation.id });
    } else {
      const { id, problems } = checked;
      invalid.push({
        ...asideOf(line),
        recordSetId: set.id,
        recordType,
        recordId: id,
        data,
        raw: null,
        problems,
      });
    }
  }
  for (const { line, problem, raw } of message.broken) {
    const problems = [{ path: '', problem }];
    invalid.push({
      ...asideOf(line),
      recordSetId: null,
      recordType: '',
      recordId: null,
      data: null,
      raw: clean(raw),
      problems,
    });
  }
  return { message, emissions, invalid, seen };
}

function commonOf({ invocation, header }: KnownMessage, line: number) {
  return {
    connectionId: invocation.connectionId,
    invocationId: invocation.id,
    runId: invocation.runId,
    startedAt: invocation.startedAt,
    sequence: originSequence(header.sequence, line),
  };
}

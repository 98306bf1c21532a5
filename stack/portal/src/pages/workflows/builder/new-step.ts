import type {
  RetryPolicy,
  Slot,
  Step,
  StepKind,
  WorkflowDefinition,
} from '@middle/core/workflow/definition.ts';
import { freshKey, keyFrom, stepKeys } from './edit-keys.ts';

export const RETRY: RetryPolicy = { attempts: 3, firstSeconds: 5, factor: 2, mostSeconds: 600 };

/** What a person chose when adding a step. */
export type NewStep =
  | { readonly kind: 'action'; readonly slot: Slot; readonly action: string; readonly title: string }
  | { readonly kind: Exclude<StepKind, 'action'>; readonly title: string };

/** A step as it begins: whatever a person has to fill in is empty, and is said to be missing. */
export function newStep(definition: WorkflowDefinition, wanted: NewStep): Step {
  const key = freshKey(keyFrom(wanted.title), stepKeys(definition));
  const base = { key, title: wanted.title, notes: '' };
  const failing = { onError: null };
  const slot = definition.connections[0]?.key ?? '';
  switch (wanted.kind) {
    case 'action':
      return {
        ...base,
        ...failing,
        kind: 'action',
        connection: wanted.slot.key,
        action: wanted.action,
        input: {},
        retry: RETRY,
      };
    case 'decision':
      return { ...base, ...failing, kind: 'decision', criteria: '', whenTrue: [], whenFalse: [] };
    case 'switch':
      return {
        ...base,
        ...failing,
        kind: 'switch',
        value: '',
        cases: [{ key: 'first', title: 'First case', equals: [''], block: [] }],
        otherwise: [],
      };
    case 'set':
      return { ...base, ...failing, kind: 'set', variable: definition.variables[0]?.key ?? '', value: '' };
    case 'each':
      return { ...base, ...failing, kind: 'each', items: '', onItemError: 'stop', block: [] };
    case 'wait':
      return {
        ...base,
        ...failing,
        kind: 'wait',
        until: { kind: 'duration', seconds: '60' },
        onDeadline: null,
      };
    case 'call':
      return { ...base, ...failing, kind: 'call', workflow: '', input: {} };
    case 'bulk':
      return {
        ...base,
        ...failing,
        kind: 'bulk',
        workflow: '',
        source: { connection: slot, recordType: '' },
        filter: null,
        input: {},
        atOnce: 50,
        perMinute: null,
        failuresMax: null,
      };
    case 'export':
      return {
        ...base,
        ...failing,
        kind: 'export',
        source: { connection: slot, recordType: '' },
        filter: null,
        columns: [],
        format: 'csv',
        compression: 'none',
        fileName: null,
        keepDays: 7,
      };
    case 'stop':
      return { ...base, kind: 'stop', outcome: 'succeeded', message: null };
  }
}

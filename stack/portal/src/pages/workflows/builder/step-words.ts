import type { Slot, Step, StepKind, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import {
  ChevronsDownUp,
  CirclePause,
  CircleStop,
  Equal,
  FileDown,
  GitFork,
  Layers,
  Repeat,
  Split,
  Workflow,
  Zap,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { formatCount } from '../../../ui/format.ts';
import type { Offers } from './use-offers.ts';

interface KindWords {
  readonly title: string;
  readonly icon: LucideIcon;
  /** What it does, for who chooses it. */
  readonly help: string;
}

export const KINDS: Readonly<Record<StepKind, KindWords>> = {
  action: { title: 'Action', icon: Zap, help: 'Do something in another system.' },
  decision: { title: 'Decision', icon: GitFork, help: 'Go one of two ways.' },
  switch: { title: 'Switch', icon: Split, help: 'Go one of several ways, by a value.' },
  set: { title: 'Set variable', icon: Equal, help: 'Keep a value for later steps.' },
  each: { title: 'For each', icon: Repeat, help: 'Do steps for each item of a list.' },
  wait: {
    title: 'Wait',
    icon: CirclePause,
    help: 'For a time, until a moment, or until a record is as it should be.',
  },
  call: {
    title: 'Call workflow',
    icon: Workflow,
    help: 'Run another workflow and go on with what it gives.',
  },
  bulk: { title: 'Bulk execution', icon: Layers, help: 'Run another workflow for each of many records.' },
  export: { title: 'File export', icon: FileDown, help: 'Write records into a file, and a link to it.' },
  stop: { title: 'Stop', icon: CircleStop, help: 'End the execution here, well or badly.' },
};

export const BEGIN_ICON: LucideIcon = ChevronsDownUp;

/** What a step does, in one line. */
export function summaryOf(step: Step, definition: WorkflowDefinition, offers: Offers): string {
  switch (step.kind) {
    case 'action': {
      const offer = offers.ofSlot(step.connection);
      const action = offer?.actions.find(({ key }) => key === step.action);
      return `${slotTitle(definition.connections, step.connection)} · ${action?.title ?? step.action}`;
    }
    case 'decision':
      return step.criteria || 'No criteria yet';
    case 'switch':
      return step.value || 'No value yet';
    case 'set': {
      const variable = definition.variables.find(({ key }) => key === step.variable);
      return `${variable?.title ?? 'No variable yet'} = ${step.value}`;
    }
    case 'each':
      return step.items || 'No list yet';
    case 'wait':
      return waitWords(step.until);
    case 'call':
      return nameOf(step.workflow, offers);
    case 'bulk': {
      const source = step.source.recordType || 'no records yet';
      return `${nameOf(step.workflow, offers)} for ${source}`;
    }
    case 'export':
      return `${step.source.recordType || 'No records yet'} as ${step.format === 'csv' ? 'CSV' : 'JSON lines'}`;
    case 'stop':
      return step.outcome === 'failed' ? 'Ends as failed' : 'Ends well';
  }
}

function slotTitle(slots: readonly Slot[], key: string): string {
  return slots.find((slot) => slot.key === key)?.title ?? 'No connection yet';
}

function nameOf(id: string, { workflows }: Offers): string {
  return workflows.find((one) => one.id === id)?.name ?? 'No workflow yet';
}

function waitWords(until: Extract<Step, { kind: 'wait' }>['until']): string {
  switch (until.kind) {
    case 'duration': {
      const seconds = Number(until.seconds);
      return Number.isFinite(seconds) && until.seconds.trim() !== ''
        ? `For ${secondsWords(seconds)}`
        : `For ${until.seconds || 'no time yet'}`;
    }
    case 'moment':
      return `Until ${until.at || 'no moment yet'}`;
    case 'record':
      return `Until ${until.criteria || 'a record is as it should be'}`;
  }
}

function secondsWords(seconds: number): string {
  for (const [size, word] of [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const) {
    if (seconds >= size && seconds % size === 0)
      return `${formatCount(seconds / size)} ${word}${seconds === size ? '' : 's'}`;
  }
  return `${formatCount(seconds)} ${seconds === 1 ? 'second' : 'seconds'}`;
}

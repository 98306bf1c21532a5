import { ApiProblem } from '@middle/contract/client.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../../data/api.ts';
import type { Trial, Workflow } from '../../../data/types.ts';
import type { Sample } from '../../../expression/place.ts';
import { plainOf } from '../../../expression/plain.ts';
import { NOTHING_GIVEN } from './input-fields.tsx';
import type { GivenInputs } from './input-fields.tsx';

/** What a workflow is tried on. */
export interface TrialSubject {
  /** Of inputs whose type is a record: the id of the record, by the input's key. */
  readonly records: Readonly<Record<string, string>>;
  /** Of the other inputs. */
  readonly input: Readonly<Record<string, unknown>>;
  /** A past execution in place of both. */
  readonly executionId: string | null;
  /** For a person: what it is tried on. */
  readonly label: string;
}

export type TriedStep = Trial['steps'][number];

export interface Trying {
  readonly isOn: boolean;
  readonly isBusy: boolean;
  readonly trial: Trial | null;
  readonly error: ApiProblem | null;
  readonly subject: TrialSubject | null;
  /** What is filled in, also while nothing is tried. */
  readonly given: GivenInputs;
  readonly give: (given: GivenInputs) => void;
  readonly start: (subject: TrialSubject) => void;
  readonly end: () => void;
  /** The runs of a step, one for each turn of the for eachs around it. */
  readonly ofStep: (key: string) => readonly TriedStep[];
  readonly isPassed: (key: string) => boolean;
}

/** While one edits, it is tried again after each pause. */
const AGAIN_AFTER_MILLISECONDS = 600;

/** The draft tried on something real, again and again while it is edited; nothing outside is touched. */
export function useTrial(workflow: Workflow, definition: WorkflowDefinition): Trying {
  const [given, setGiven] = useState(NOTHING_GIVEN);
  const [subject, setSubject] = useState<TrialSubject | null>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [error, setError] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isFirst = useRef(true);
  const { id: workflowId, bindings } = workflow;
  useEffect(() => {
    if (subject === null) return undefined;
    const stop = new AbortController();
    const run = async () => {
      setBusy(true);
      try {
        const { records, input, executionId } = subject;
        const body = {
          definition,
          bindings,
          records: { ...records },
          input: { ...input },
          ...(executionId !== null && { executionId }),
        };
        setTrial(await call('tryWorkflow', { params: { workflowId }, body }, stop.signal));
        setError(null);
      } catch (failure) {
        if (!stop.signal.aborted && failure instanceof ApiProblem) setError(failure);
      }
      if (!stop.signal.aborted) setBusy(false);
    };
    const timer = setTimeout(() => void run(), isFirst.current ? 0 : AGAIN_AFTER_MILLISECONDS);
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [subject, definition, workflowId, bindings]);
  return {
    isOn: subject !== null,
    isBusy,
    trial,
    error,
    subject,
    given,
    give: setGiven,
    start: (next) => {
      isFirst.current = true;
      setSubject(next);
    },
    end: () => {
      setSubject(null);
      setTrial(null);
      setError(null);
      setBusy(false);
    },
    ofStep: (key) => trial?.steps.filter((step) => step.key === key) ?? [],
    isPassed: (key) => trial !== null && trial.steps.some((step) => step.key === key),
  };
}

/** What the expressions of a step would see in the trial, as far as it is known. */
export function sampleAt(
  definition: WorkflowDefinition,
  trial: Trial,
  key: string | null,
  label: string,
): Sample {
  const at = key === null ? -1 : trial.steps.findIndex((step) => step.key === key);
  const before = at < 0 ? trial.steps : trial.steps.slice(0, at);
  const variables: Record<string, unknown> = {};
  for (const { key: name, initial, type } of definition.variables) {
    variables[name] = type.kind === 'number' ? plainOf(initial, 'number') : plainOf(initial, 'text');
  }
  const steps: Record<string, unknown> = {};
  const known = new Map([...walk(definition)].map(({ step }) => [step.key, step]));
  for (const { key: name, output, error } of before) {
    const step = known.get(name);
    if (step?.kind === 'set') variables[step.variable] = output;
    steps[name] = { output, error };
  }
  const around = [...walk(definition)].find(({ step }) => step.key === key)?.within ?? [];
  const loop = around.findLast((step) => step.kind === 'each');
  const items = loop === undefined ? undefined : before.findLast((step) => step.key === loop.key)?.output;
  return {
    label,
    values: {
      inputs: trial.input,
      variables,
      steps,
      execution: {
        id: '00000000-0000-7000-8000-000000000000',
        startedAt: new Date().toISOString(),
        cause: 'person',
      },
      ...(Array.isArray(items) && items.length > 0 && { item: items[0], index: 0 }),
    },
  };
}

import { useMemo } from 'react';
import type { ExpressionPlace } from '../../../expression/place.ts';
import { useBuilder } from './builder-context.ts';
import { sampleAt } from './use-trial.ts';
import { useSampleInputs } from './use-sample.ts';
import { useScope } from './use-scope.ts';

type At = { readonly kind: 'step'; readonly key: string } | { readonly kind: 'variables' | 'output' };

interface Places {
  readonly place: ExpressionPlace;
  /** With the record that a step over records is at. */
  readonly withRecord: ExpressionPlace;
}

const NOTHING = {};

/** Where the expressions of a step stand, with values of the trial, or else of some real record. */
export function usePlaces(at: At): Places {
  const { workflow, draft, trying } = useBuilder();
  const { definition } = draft;
  const found = useScope(workflow.id, definition, workflow.bindings, at);
  const inputs = useSampleInputs(definition, workflow.bindings);
  const { trial, subject } = trying;
  const key = at.kind === 'step' ? at.key : null;
  const sample = useMemo(
    () => (trial === null ? inputs : sampleAt(definition, trial, key, subject?.label ?? 'the trial')),
    [trial, inputs, definition, key, subject],
  );
  return useMemo(() => {
    const { record, ...scope } = found?.scope ?? {};
    const common = { accountId: workflow.accountId, connections: found?.connections ?? NOTHING, sample };
    const place = { ...common, scope };
    return { place, withRecord: record === undefined ? place : { ...common, scope: { ...scope, record } } };
  }, [found, sample, workflow.accountId]);
}

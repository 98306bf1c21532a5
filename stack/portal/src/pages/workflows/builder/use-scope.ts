import type { ExpressionType } from '@middle/core/expression/type.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { useEffect, useState } from 'react';
import { call } from '../../../data/api.ts';
import type { Answer } from '../../../data/types.ts';

type ScopePlace = Parameters<typeof call<'getWorkflowScope'>>[1]['body']['place'];

export interface FoundScope {
  readonly scope: Readonly<Record<string, ExpressionType>>;
  readonly connections: Readonly<Record<string, string>>;
}

const PAUSE_MILLISECONDS = 250;

/** What an expression at a place of the definition may name; null until it is known. */
export function useScope(
  workflowId: string,
  definition: WorkflowDefinition,
  bindings: Readonly<Record<string, string>>,
  place: ScopePlace,
): FoundScope | null {
  const [found, setFound] = useState<{
    readonly at: string;
    readonly text: string;
    readonly scope: FoundScope;
  }>();
  const at = JSON.stringify(place);
  useEffect(() => {
    const stop = new AbortController();
    const ask = async () => {
      const body = { definition, bindings: { ...bindings }, place };
      const answer: Answer<'getWorkflowScope'> = await call(
        'getWorkflowScope',
        { params: { workflowId }, body },
        stop.signal,
      );
      const text = JSON.stringify(answer);
      // The same scope stays the same object, so that nothing is checked again for it.
      setFound((before) =>
        before?.at === at && before.text === text ? before : { at, text, scope: answer },
      );
    };
    const timer = setTimeout(
      () => void ask().catch(() => undefined),
      found?.at === at ? PAUSE_MILLISECONDS : 0,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [workflowId, definition, bindings, at]);
  return found?.at === at ? found.scope : null;
}

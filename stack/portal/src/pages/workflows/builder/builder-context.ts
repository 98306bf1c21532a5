import { createContext, useContext } from 'react';
import type { Workflow } from '../../../data/types.ts';
import type { Spot } from './edit.ts';
import type { Draft } from './use-draft.ts';
import type { Editing } from './use-editing.ts';
import type { Offers } from './use-offers.ts';
import type { Trying } from './use-trial.ts';

/** What is shown beside the steps. */
export type Side = 'none' | 'node' | 'problems' | 'trial';

export interface Builder {
  readonly workflow: Workflow;
  readonly draft: Draft;
  readonly offers: Offers;
  /** Why nothing can be changed; null: it can. */
  readonly reason: string | null;
  /** Of a node of the layout: the beginning, a step, an empty gap, the end. */
  readonly selected: string;
  readonly select: (id: string, choices?: { readonly open?: boolean; readonly focus?: boolean }) => void;
  readonly side: Side;
  readonly show: (side: Side) => void;
  /** Where a step is being added. */
  readonly adding: Spot | null;
  readonly add: (spot: Spot | null) => void;
  readonly editing: Editing;
  readonly trying: Trying;
}

const BuilderContext = createContext<Builder | null>(null);

export const BuilderProvider = BuilderContext.Provider;

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (builder === null) throw new TypeError('only parts of the builder may use it');
  return builder;
}

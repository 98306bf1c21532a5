import { ApiProblem } from '@middle/contract/client.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { useEffect, useRef, useState } from 'react';
import { call, markStale, queryClient } from '../../../data/api.ts';
import type { Workflow } from '../../../data/types.ts';
import { repaired } from './edit-keys.ts';
import { changed, historyOf, redone, undone } from './history.ts';
import { placedIn } from './problems.ts';
import type { PlacedProblem } from './problems.ts';

/** A pause in editing after which the draft is saved. */
const SAVE_AFTER_MILLISECONDS = 700;

export interface Conflict {
  readonly savedBy: string;
  readonly savedAt: string;
  readonly theirs: Saved;
}

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

export interface Draft {
  readonly definition: WorkflowDefinition;
  readonly revision: number;
  readonly problems: readonly PlacedProblem[];
  readonly state: SaveState;
  /** Changes of one group in quick succession are taken back together. */
  readonly change: (next: WorkflowDefinition, group?: string) => void;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
  /** Saves now what isn't yet; true when the draft is saved then. */
  readonly flush: () => Promise<boolean>;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

interface Saved {
  readonly definition: WorkflowDefinition;
  readonly revision: number;
}

/** The draft as it is edited: saved by itself, with its history, and careful of what others save. */
export function useDraft(workflow: Workflow, canChange: boolean): Draft {
  const workflowId = workflow.id;
  const [history, setHistory] = useState(() => historyOf(repaired(workflow.draft)));
  const [saved, setSaved] = useState<Saved>({
    definition: history.present,
    revision: workflow.draftRevision,
  });
  const [outcome, setOutcome] = useState<SaveState>({ kind: 'saved' });
  const [problems, setProblems] = useState<readonly PlacedProblem[]>([]);
  const definition = history.present;
  const isSaved = definition === saved.definition;
  const latest = useRef({ definition, saved });
  latest.current = { definition, saved };
  const running = useRef<Promise<boolean> | null>(null);

  const save = async (): Promise<boolean> => {
    const { definition: mine, saved: base } = latest.current;
    setOutcome({ kind: 'saving' });
    try {
      const answer = await call('saveWorkflowDraft', {
        params: { workflowId },
        body: { definition: mine, revision: base.revision },
      });
      const now: Saved = { definition: mine, revision: answer.revision };
      latest.current = { ...latest.current, saved: now };
      setSaved(now);
      setProblems(placedIn(mine, answer.problems));
      setOutcome({ kind: 'saved' });
      noteSaved(workflowId, now);
      return true;
    } catch (error) {
      setOutcome(await failureOf(error, workflowId));
      return false;
    }
  };
  /** One save at a time: the next one begins from the revision of this one. */
  const flush = async (): Promise<boolean> => {
    await running.current;
    if (latest.current.definition === latest.current.saved.definition) return true;
    running.current = save();
    const isDone = await running.current;
    running.current = null;
    return isDone;
  };
  const flushNow = useRef(flush);
  flushNow.current = flush;

  const isStuck = outcome.kind === 'conflict';
  useEffect(() => {
    if (isSaved || !canChange || isStuck) return undefined;
    const timer = setTimeout(() => void flushNow.current(), SAVE_AFTER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [definition, saved, isSaved, canChange, isStuck]);
  useLeaving(latest, canChange, () => void flushNow.current());
  useFirstProblems(workflowId, latest, setProblems, JSON.stringify(workflow.bindings));
  const take = (theirs: Saved) => {
    setHistory((before) => changed(before, theirs.definition, null, Date.now()));
    setSaved(theirs);
    setOutcome({ kind: 'saved' });
    void checked(workflowId, theirs.definition).then(setProblems, () => undefined);
  };
  useEffect(() => {
    // Somebody else saved while nothing of ours is open.
    if (workflow.draftRevision > saved.revision && isSaved && running.current === null)
      take({ definition: repaired(workflow.draft), revision: workflow.draftRevision });
  }, [workflow.draftRevision]);

  return {
    definition,
    revision: saved.revision,
    problems,
    state: outcome.kind === 'saved' && !isSaved ? { kind: 'unsaved' } : outcome,
    change: (next, group) => setHistory((before) => changed(before, next, group ?? null, Date.now())),
    undo: history.past.length === 0 ? null : () => setHistory(undone),
    redo: history.future.length === 0 ? null : () => setHistory(redone),
    flush,
    keepMine: () => {
      if (outcome.kind !== 'conflict') return;
      setSaved(outcome.conflict.theirs);
      setOutcome({ kind: 'saved' });
    },
    takeTheirs: () => outcome.kind === 'conflict' && take(outcome.conflict.theirs),
  };
}

/** Other pages show the draft too, and whether it differs from what is published. */
function noteSaved(workflowId: string, { definition, revision }: Saved): void {
  queryClient.setQueryData<Workflow>(['getWorkflow', { params: { workflowId } }], (before) =>
    before === undefined || before.draftRevision > revision
      ? before
      : { ...before, draft: definition, draftRevision: revision },
  );
  markStale(['getWorkflow', 'listWorkflows', 'compareWorkflowVersions']);
}

async function failureOf(error: unknown, workflowId: string): Promise<SaveState> {
  if (!(error instanceof ApiProblem)) return { kind: 'failed', message: String(error) };
  if (error.code !== 'draft_changed') return { kind: 'failed', message: error.message };
  try {
    const now = await call('getWorkflow', { params: { workflowId } });
    const conflict: Conflict = {
      savedBy: now.draftSavedBy,
      savedAt: now.draftSavedAt,
      theirs: { definition: repaired(now.draft), revision: now.draftRevision },
    };
    return { kind: 'conflict', conflict };
  } catch {
    return { kind: 'failed', message: error.message };
  }
}

async function checked(
  workflowId: string,
  definition: WorkflowDefinition,
): Promise<readonly PlacedProblem[]> {
  const { problems } = await call('checkWorkflow', { params: { workflowId }, body: { definition } });
  return placedIn(definition, problems);
}

/** What is wrong before anything was changed, and again when other connections fill its places. */
function useFirstProblems(
  workflowId: string,
  latest: { readonly current: { readonly definition: WorkflowDefinition } },
  tell: (problems: readonly PlacedProblem[]) => void,
  bindings: string,
): void {
  useEffect(() => {
    let isWanted = true;
    void checked(workflowId, latest.current.definition).then(
      (problems) => isWanted && tell(problems),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [workflowId, bindings]);
}

/** Leaving the page saves; closing the window asks first when something isn't saved yet. */
function useLeaving(
  latest: { readonly current: { readonly definition: WorkflowDefinition; readonly saved: Saved } },
  canChange: boolean,
  save: () => void,
): void {
  const leave = useRef(save);
  leave.current = save;
  useEffect(() => {
    const isOpen = () => canChange && latest.current.definition !== latest.current.saved.definition;
    const ask = (event: BeforeUnloadEvent) => {
      if (isOpen()) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => {
      removeEventListener('beforeunload', ask);
      if (isOpen()) leave.current();
    };
  }, [canChange, latest]);
}

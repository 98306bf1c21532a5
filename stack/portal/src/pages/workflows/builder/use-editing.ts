import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { useEffect, useRef } from 'react';
import { toast } from '../../../ui/toast.tsx';
import { plural } from '../../../ui/format.ts';
import { stepsFrom, textOf } from './clipboard.ts';
import {
  canMove,
  findStep,
  insert,
  move,
  nextAfterRemoval,
  remove,
  replace,
  spotAfter,
  spotBeside,
  taken,
} from './edit.ts';
import type { Spot } from './edit.ts';
import { stepKeys, withFreshKeys } from './edit-keys.ts';
import { BEGIN, stepId } from './layout.ts';
import type { Draft } from './use-draft.ts';

/** What can be done with steps, whether by mouse, by keys or from a menu. */
export interface Editing {
  readonly insert: (spot: Spot, steps: readonly Step[]) => void;
  /** The same, together with another change of the definition. */
  readonly insertInto: (definition: WorkflowDefinition, spot: Spot, steps: readonly Step[]) => void;
  readonly replace: (key: string, step: Step, group?: string) => void;
  readonly remove: (key: string) => void;
  readonly duplicate: (key: string) => void;
  /** Without an event of the browser's own, such as from a menu, the clipboard is asked for. */
  readonly copy: (key: string, event?: ClipboardEvent) => void;
  readonly cut: (key: string, event?: ClipboardEvent) => void;
  /** What was copied here or in another workflow. */
  readonly paste: (spot: Spot, text?: string) => void;
  readonly move: (key: string, spot: Spot) => void;
  readonly moveBeside: (key: string, step: -1 | 1) => void;
  /** Whether it is the step that was added last: nobody has written its title yet. */
  readonly isFresh: (key: string) => boolean;
}

interface Choices {
  readonly open?: boolean;
  readonly focus?: boolean;
}

/** Kept for who has not let the page read the clipboard; another window's copy is only there. */
let copied = '';

export function useEditing(
  draft: Draft,
  reason: string | null,
  select: (id: string, choices?: Choices) => void,
): Editing {
  const { definition, change } = draft;
  const fresh = useRef<string | null>(null);
  const may = (): boolean => {
    if (reason !== null) toast(reason, { tone: 'bad' });
    return reason === null;
  };
  const put = (spot: Spot, steps: readonly Step[], choices: Choices = {}, base = definition) => {
    change(insert(base, spot, steps));
    const [first] = steps;
    fresh.current = choices.open === true ? (first?.key ?? null) : null;
    if (first !== undefined) select(stepId(first.key), { focus: true, ...choices });
  };
  const drop = (key: string) => {
    const next = nextAfterRemoval(definition, key);
    change(remove(definition, new Set([key])));
    select(next === null ? BEGIN : stepId(next), { focus: true });
  };
  const write = (key: string, event: ClipboardEvent | undefined) =>
    writeText(textOf(taken(definition, new Set([key]))), event);
  const titleOf = (key: string) => findStep(definition, key)?.title ?? 'The step';
  const putText = async (spot: Spot, text: string) => {
    const pasted = await stepsFrom(text);
    if (pasted.kind === 'other') toast('There is no step on the clipboard', { tone: 'bad' });
    else if (pasted.kind === 'wrong')
      toast(`These steps can’t be pasted: ${pasted.message}`, { tone: 'bad' });
    else {
      put(spot, withFreshKeys(pasted.steps, stepKeys(definition)));
      if (pasted.steps.length > 1) toast(`${plural(pasted.steps.length, 'step')} pasted`);
    }
  };
  return {
    insert: (spot, steps) => may() && put(spot, steps, { open: true }),
    insertInto: (base, spot, steps) => may() && put(spot, steps, { open: true }, base),
    replace: (key, step, group) => change(replace(definition, key, step), group),
    remove: (key) => {
      if (!may()) return;
      drop(key);
      toast(`${titleOf(key)} was deleted`, { action: { label: 'Undo', run: () => change(definition) } });
    },
    duplicate: (key) => {
      const spot = spotAfter(definition, key);
      if (spot !== null && may())
        put(spot, withFreshKeys(taken(definition, new Set([key])), stepKeys(definition)));
    },
    copy: (key, event) => {
      write(key, event);
      toast(`${titleOf(key)} was copied`);
    },
    cut: (key, event) => {
      if (!may()) return;
      write(key, event);
      drop(key);
    },
    paste: (spot, text) => {
      if (!may()) return;
      if (text !== undefined) void putText(spot, text);
      else void readText().then((found) => putText(spot, found));
    },
    move: (key, spot) => {
      if (!may() || !canMove(definition, new Set([key]), spot)) return;
      change(move(definition, new Set([key]), spot));
      select(stepId(key), { focus: true });
    },
    isFresh: (key) => fresh.current === key,
    moveBeside: (key, step) => {
      const spot = spotBeside(definition, key, step);
      if (spot === null || !may()) return;
      change(move(definition, new Set([key]), spot));
      select(stepId(key), { focus: true });
    },
  };
}

function writeText(text: string, event: ClipboardEvent | undefined): void {
  copied = text;
  if (event?.clipboardData) {
    event.clipboardData.setData('text/plain', text);
    return;
  }
  // Not there on plain HTTP; then it can be pasted in this window only.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  void clipboard?.writeText(text).catch(() => undefined);
}

async function readText(): Promise<string> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return copied;
  }
}

interface ClipboardKeys {
  /** The step that is selected, if any, and where pasting goes. */
  readonly selected: () => { readonly key: string | null; readonly spot: Spot | null };
  readonly editing: Editing;
  readonly within: () => HTMLElement | null;
}

/** Ctrl+C, X and V by the browser's own events: pasting so needs nobody's permission. */
export function useClipboardKeys(keys: ClipboardKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const isOurs = ({ target }: Event): boolean => {
      const area = latest.current.within();
      if (
        !(target instanceof Node) ||
        target instanceof HTMLInputElement ||
        target instanceof HTMLTextAreaElement
      )
        return false;
      return (area?.contains(document.activeElement) ?? false) && getSelection()?.toString() === '';
    };
    const take = (event: ClipboardEvent) => {
      const { key } = latest.current.selected();
      if (!isOurs(event) || key === null) return;
      event.preventDefault();
      if (event.type === 'cut') latest.current.editing.cut(key, event);
      else latest.current.editing.copy(key, event);
    };
    const paste = (event: ClipboardEvent) => {
      const { spot } = latest.current.selected();
      if (!isOurs(event) || spot === null) return;
      event.preventDefault();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      latest.current.editing.paste(spot, text === '' ? copied : text);
    };
    document.addEventListener('copy', take);
    document.addEventListener('cut', take);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('copy', take);
      document.removeEventListener('cut', take);
      document.removeEventListener('paste', paste);
    };
  }, []);
}

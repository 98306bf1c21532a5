/** What was before and after, so that any change can be taken back and made again. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last change was a part of, such as typing in one field; null: of nothing larger. */
  readonly group: string | null;
  /** When the last change was, in milliseconds. */
  readonly at: number;
}

/** Steps back that are kept. */
const PAST_MOST = 200;
/** Changes of one group that follow each other within this are taken back together. */
const TOGETHER_MILLISECONDS = 1_200;

export function historyOf<T>(present: T): History<T> {
  return { past: [], present, future: [], group: null, at: 0 };
}

/** @param group changes of the same one in quick succession become one step back */
export function changed<T>(history: History<T>, next: T, group: string | null, at: number): History<T> {
  const isTogether =
    group !== null &&
    group === history.group &&
    history.past.length > 0 &&
    at - history.at < TOGETHER_MILLISECONDS;
  const past = isTogether ? history.past : [...history.past, history.present].slice(-PAST_MOST);
  return { past, present: next, future: [], group, at };
}

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    group: null,
    at: 0,
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, group: null, at: 0 };
}

import { ApiProblem } from '@middle/contract/client.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import { useEffect, useRef, useState } from 'react';
import { call } from '../data/api.ts';
import type { Answer } from '../data/types.ts';
import type { ExpressionPlace, ExpressionProblem } from './place.ts';

/** A pause in typing: nobody wants to be told in the middle of a word. */
const CHECK_AFTER_MILLISECONDS = 350;
const COMPLETE_AFTER_MILLISECONDS = 60;

export type Suggestion = Answer<'completeExpression'>['suggestions'][number];
export type Description = NonNullable<Answer<'completeExpression'>['description']>;

type Body = Parameters<typeof call<'checkExpression'>>[1]['body'];

function bodyOf(source: string, place: ExpressionPlace, expected: ExpressionType | undefined): Body {
  return {
    source,
    scope: { ...place.scope },
    connections: { ...place.connections },
    ...(expected !== undefined && { expected }),
  };
}

export interface Checked {
  /** What was checked; another source has been typed meanwhile when it differs. */
  readonly source: string;
  readonly problems: readonly ExpressionProblem[];
  /** The type in words; empty when it is wrong. */
  readonly words: string;
}

/** What is wrong with a source, asked after a pause in typing. An empty source is asked nothing about. */
export function useCheck(
  source: string,
  place: ExpressionPlace,
  expected: ExpressionType | undefined,
): Checked | null {
  const [checked, setChecked] = useState<Checked | null>(null);
  const { accountId, scope, connections } = place;
  useEffect(() => {
    if (source.trim() === '') {
      setChecked(null);
      return undefined;
    }
    const stop = new AbortController();
    const ask = async () => {
      const body = bodyOf(source, { accountId, scope, connections }, expected);
      const { problems, words } = await call('checkExpression', { params: { accountId }, body }, stop.signal);
      setChecked({ source, problems, words });
    };
    // What can't be asked now is checked when it is saved.
    const timer = setTimeout(() => void ask().catch(() => undefined), CHECK_AFTER_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [source, accountId, scope, connections, expected]);
  return checked;
}

export type Preview = { readonly value: unknown } | { readonly failure: string };

/** What a source gives with the values of the sample; null while that isn't known. */
export function usePreview(source: string, place: ExpressionPlace, isRight: boolean): Preview | null {
  const [preview, setPreview] = useState<Preview | null>(null);
  const { accountId, scope, connections, sample } = place;
  useEffect(() => {
    if (!isRight || sample === null || sample === undefined) {
      setPreview(null);
      return undefined;
    }
    const stop = new AbortController();
    const ask = async () => {
      try {
        const body = {
          ...bodyOf(source, { accountId, scope, connections }, undefined),
          values: { ...sample.values },
        };
        const { value } = await call('evaluateExpression', { params: { accountId }, body }, stop.signal);
        setPreview({ value });
      } catch (error) {
        if (!stop.signal.aborted && error instanceof ApiProblem) setPreview({ failure: error.message });
      }
    };
    void ask();
    return () => stop.abort();
  }, [source, isRight, accountId, scope, connections, sample]);
  return preview;
}

interface Completion {
  readonly suggestions: readonly Suggestion[];
  readonly description: Description | null;
  readonly cursor: number;
}

interface Completing {
  readonly completion: Completion | null;
  readonly ask: (source: string, cursor: number, isAtOnce?: boolean) => void;
  readonly close: () => void;
}

/** What may be written at a place. Only the answer to the last question counts. */
export function useCompletion(place: ExpressionPlace, expected: ExpressionType | undefined): Completing {
  const [completion, setCompletion] = useState<Completion | null>(null);
  const last = useRef<AbortController | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const close = () => {
    clearTimeout(timer.current);
    last.current?.abort();
    setCompletion(null);
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      last.current?.abort();
    },
    [],
  );
  const ask = (source: string, cursor: number, isAtOnce = false) => {
    clearTimeout(timer.current);
    last.current?.abort();
    const stop = new AbortController();
    last.current = stop;
    const run = async () => {
      const answer = await completionAt(source, cursor, place, expected, stop.signal);
      if (!stop.signal.aborted) setCompletion({ ...answer, cursor });
    };
    timer.current = setTimeout(
      () => void run().catch(() => undefined),
      isAtOnce ? 0 : COMPLETE_AFTER_MILLISECONDS,
    );
  };
  return { completion, ask, close };
}

export function completionAt(
  source: string,
  cursor: number,
  place: ExpressionPlace,
  expected: ExpressionType | undefined,
  signal: AbortSignal,
): Promise<Answer<'completeExpression'>> {
  const body = { ...bodyOf(source, place, expected), cursor };
  return call('completeExpression', { params: { accountId: place.accountId }, body }, signal);
}

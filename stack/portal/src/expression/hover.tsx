import type { ExpressionType } from '@middle/core/expression/type.ts';
import { useEffect, useRef, useState } from 'react';
import type { MouseEvent, ReactNode, RefObject } from 'react';
import { completionAt } from './asked.ts';
import type { Description } from './asked.ts';
import { pieceAt, rectOf } from './glyphs.ts';
import type { ExpressionPlace } from './place.ts';
import { Popup } from './popup.tsx';

const REST_MILLISECONDS = 250;

interface Hover {
  readonly listeners: {
    readonly onMouseMove: (event: MouseEvent) => void;
    readonly onMouseLeave: () => void;
  };
  readonly card: ReactNode;
}

/** What the name below the pointer is, and of which type, when the pointer rests on it. */
export function useHover(
  drawn: RefObject<HTMLElement | null>,
  source: string,
  place: ExpressionPlace,
  expected: ExpressionType | undefined,
): Hover {
  const [description, setDescription] = useState<Description | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const piece = useRef<number | null>(null);
  const leave = () => {
    clearTimeout(timer.current);
    piece.current = null;
    setDescription(null);
  };
  useEffect(() => {
    setDescription(null);
    return () => clearTimeout(timer.current);
  }, [source]);
  const onMouseMove = ({ clientX, clientY }: MouseEvent) => {
    const at = drawn.current === null ? null : pieceAt(drawn.current, clientX, clientY);
    if (at === piece.current) return;
    leave();
    piece.current = at;
    if (at === null) return;
    const look = async () => {
      const { signal } = new AbortController();
      const found = await completionAt(source, at + 1, place, expected, signal);
      if (piece.current === at) setDescription(found.description);
    };
    timer.current = setTimeout(() => void look().catch(() => undefined), REST_MILLISECONDS);
  };
  const card = description !== null && (
    <Popup
      className="hover-card"
      at={() => drawn.current && rectOf(drawn.current, description.start, description.end)}
    >
      <strong>{description.title}</strong> <span className="faint">{description.type}</span>
      {description.help !== undefined && <p className="muted">{description.help}</p>}
    </Popup>
  );
  return { listeners: { onMouseMove, onMouseLeave: leave }, card };
}

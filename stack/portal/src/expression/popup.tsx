import { useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface PopupProps {
  /** Where the text is that it belongs to; asked again when the page scrolls. */
  readonly at: () => DOMRect | null;
  readonly className: string;
  readonly children: ReactNode;
}

const GAP = 4;
const MARGIN = 8;

/** Something beside a piece of text, above everything else on the page, dialogs included. */
export function Popup({ at, className, children }: PopupProps) {
  const ref = useRef<HTMLDivElement>(null);
  const where = useRef(at);
  where.current = at;
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    if (!element.matches(':popover-open')) element.showPopover();
    const place = () => {
      const rect = where.current();
      if (rect === null) return;
      const { offsetWidth: width, offsetHeight: height } = element;
      const below = rect.bottom + GAP;
      const isBelow = below + height <= innerHeight - MARGIN || rect.top < innerHeight / 2;
      element.style.left = `${String(Math.max(MARGIN, Math.min(rect.left, innerWidth - width - MARGIN)))}px`;
      element.style.top = `${String(isBelow ? below : Math.max(MARGIN, rect.top - GAP - height))}px`;
    };
    place();
    document.addEventListener('scroll', place, { capture: true, passive: true });
    addEventListener('resize', place);
    return () => {
      document.removeEventListener('scroll', place, { capture: true });
      removeEventListener('resize', place);
    };
  });
  return (
    <div
      ref={ref}
      popover="manual"
      className={className}
      // The text area keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      {children}
    </div>
  );
}

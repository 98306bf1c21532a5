import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { useBuilder } from './builder-context.ts';

interface SidePanelProps {
  readonly title: ReactNode;
  /** For screen readers. */
  readonly label: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Another one is another panel: it begins at its top, with its first field. */
  readonly of: string;
  readonly isFocused?: boolean | undefined;
  /** What the first field holds was not written by a person: it is typed over at once. */
  readonly isFresh?: boolean | undefined;
}

/** What stands beside the steps; over them where there is no room. Esc leads back to the step. */
export function SidePanel({
  title,
  label,
  actions,
  children,
  of,
  isFocused = false,
  isFresh = false,
}: SidePanelProps) {
  const { show, select, selected } = useBuilder();
  const ref = useRef<HTMLElement>(null);
  const close = () => {
    show('none');
    select(selected, { focus: true });
  };
  useEffect(() => {
    ref.current?.querySelector('.side-body')?.scrollTo({ top: 0 });
    const first = ref.current?.querySelector<HTMLElement>('.side-body :is(input, textarea, select, button)');
    if (!isFocused) return;
    first?.focus();
    if (isFresh && first instanceof HTMLInputElement) first.select();
  }, [of, isFocused]);
  return (
    <aside
      ref={ref}
      className="side"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        close();
      }}
    >
      <header className="side-head">
        <h2 className="grow">{title}</h2>
        {actions}
        <IconButton icon={X} size="sm" label="Close" shortcut="Esc" onClick={close} />
      </header>
      <div className="side-body">{children}</div>
    </aside>
  );
}

import { LoaderCircle } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { Tooltip } from './tooltip.tsx';
import './button.css';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  readonly look?: 'solid' | 'plain' | 'quiet' | 'danger' | undefined;
  readonly size?: 'sm' | 'md' | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly busy?: boolean | undefined;
  /** Why it can't be used now. It stays focusable, so that everybody can read the reason. */
  readonly reason?: string | null | undefined;
  readonly children?: ReactNode;
}

export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    size = 'md',
    icon: Icon,
    busy = false,
    reason,
    children,
    className,
    onClick,
    ...rest
  } = props;
  const off = (reason ?? null) !== null;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (off || busy) event.preventDefault();
    else onClick?.(event);
  };
  const button = (
    <button
      type="button"
      {...rest}
      className={`button ${look} ${size} ${className ?? ''}`}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={press}
    >
      {busy ? (
        <LoaderCircle className="icon spin" aria-hidden />
      ) : (
        Icon && <Icon className="icon" aria-hidden />
      )}
      {children}
    </button>
  );
  return off ? <Tooltip text={reason ?? ''}>{button}</Tooltip> : button;
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: LucideIcon;
  /** What it does, for screen readers and as a tooltip. */
  readonly label: string;
  readonly shortcut?: string | undefined;
}

export function IconButton({ icon: Icon, label, reason, shortcut, busy, ...rest }: IconButtonProps) {
  const off = (reason ?? null) !== null;
  return (
    <Tooltip text={off ? (reason ?? '') : label} shortcut={shortcut}>
      <button
        type="button"
        {...rest}
        className={`icon-button ${rest.size ?? 'md'} ${rest.className ?? ''}`}
        aria-label={label}
        aria-disabled={off || undefined}
        onClick={off || busy === true ? undefined : rest.onClick}
      >
        <Icon className="icon" aria-hidden />
      </button>
    </Tooltip>
  );
}

import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { usePopupContainer } from './popup-container.tsx';
import './menu.css';

interface MenuProps {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end' | undefined;
  readonly side?: 'top' | 'bottom' | undefined;
}

export function Menu({ trigger, children, align = 'end', side = 'bottom' }: MenuProps) {
  const container = usePopupContainer();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={container}>
        <DropdownMenu.Content className="menu" align={align} side={side} sideOffset={5} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly onSelect?: (() => void) | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly danger?: boolean | undefined;
  /** Why it can't be chosen. */
  readonly reason?: string | null | undefined;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
  readonly checked?: boolean | undefined;
}

export function MenuItem({
  onSelect,
  icon: Icon,
  danger = false,
  reason,
  hint,
  children,
  checked,
}: MenuItemProps) {
  const off = (reason ?? null) !== null;
  return (
    <DropdownMenu.Item
      className={danger ? 'menu-item danger' : 'menu-item'}
      aria-disabled={off || undefined}
      aria-checked={checked}
      {...(checked === undefined ? {} : { role: 'menuitemradio' })}
      onSelect={(event) => {
        if (off) event.preventDefault();
        else onSelect?.();
      }}
    >
      {Icon && <Icon className="icon" aria-hidden />}
      <span className="grow">
        {children}
        {off && <span className="menu-reason">{reason}</span>}
      </span>
      {checked === true && <span aria-hidden>✓</span>}
      {hint !== undefined && <span className="menu-hint">{hint}</span>}
    </DropdownMenu.Item>
  );
}

/** A box that stays open when it is ticked. */
export function MenuCheck(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className="menu-item"
      checked={props.checked}
      onCheckedChange={props.onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className="menu-tick" aria-hidden>
        {props.checked ? '✓' : ''}
      </span>
      <span className="grow">{props.children}</span>
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className="menu-label">{children}</DropdownMenu.Label>;
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="menu-separator" />;
}

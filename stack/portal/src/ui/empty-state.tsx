import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './states.css';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon className="icon" aria-hidden />
      </span>
      <h3>{title}</h3>
      {children !== undefined && <div className="empty-text">{children}</div>}
      {action}
    </div>
  );
}

import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './states.css';

interface NoticeProps {
  readonly tone?: 'info' | 'warn' | 'bad';
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Notice({ tone = 'info', action, children }: NoticeProps) {
  const Icon = tone === 'info' ? Info : tone === 'warn' ? TriangleAlert : CircleAlert;
  return (
    <div className={`notice ${tone}`}>
      <Icon className="icon" aria-hidden />
      <div className="grow">{children}</div>
      {action}
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import './page.css';

export interface Crumb {
  readonly label: string;
  readonly to: string;
}

interface PageProps {
  readonly title: string;
  /** Shown in place of the title, which still names the browser's tab. */
  readonly heading?: ReactNode;
  readonly crumbs?: readonly Crumb[] | undefined;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly tabs?: ReactNode;
  readonly children: ReactNode;
  /** Fills the window's height; its parts scroll by themselves. */
  readonly full?: boolean | undefined;
}

export function Page({
  title,
  heading,
  crumbs = [],
  description,
  actions,
  tabs,
  children,
  full = false,
}: PageProps) {
  useEffect(() => {
    document.title = `${title} · Middle`;
  }, [title]);
  return (
    <div className={full ? 'page full' : 'page'}>
      <header className="page-head">
        <Breadcrumbs crumbs={crumbs} />
        <div className="page-title">
          <div className="grow">
            <h1>{heading ?? title}</h1>
            {description !== undefined && <div className="page-description">{description}</div>}
          </div>
          {actions !== undefined && <div className="row wrap page-actions">{actions}</div>}
        </div>
        {tabs}
      </header>
      <div className="page-body">{children}</div>
    </div>
  );
}

function Breadcrumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  if (crumbs.length === 0) return null;
  return (
    <nav className="crumbs" aria-label="Where this page is">
      {crumbs.map(({ label, to }, index) => (
        <span key={to} className="row">
          <Link to={to} className="truncate">
            {label}
          </Link>
          {index < crumbs.length - 1 && <ChevronRight className="icon" aria-hidden />}
        </span>
      ))}
    </nav>
  );
}

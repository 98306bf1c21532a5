import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { paths } from '../paths.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';

/** A page that could not be drawn, or whose code could not be loaded. */
export function PageFailed({ error }: { readonly error: unknown }) {
  return (
    <div className="page">
      <ErrorState error={error} retry={() => globalThis.location.reload()} />
    </div>
  );
}

export function NotFound() {
  return (
    <main className="page">
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <Link className="button plain md" to={paths.home}>
            Go to the overview
          </Link>
        }
      >
        The address may be mistyped, or what it named has been deleted.
      </EmptyState>
    </main>
  );
}

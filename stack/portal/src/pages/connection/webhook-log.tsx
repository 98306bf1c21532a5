import { useApiPages } from '../../data/api.ts';
import { ErrorState } from '../../ui/error-state.tsx';

/** What the function printed in its last attempt. */
export function LogPanel({ invocationId }: { readonly invocationId: string }) {
  const pages = useApiPages('listInvocationLogs', { params: { invocationId }, query: { limit: 200 } });
  if (pages.error !== null) return <ErrorState error={pages.error} />;
  if (pages.items.length === 0) return null;
  return (
    <pre className="raw" tabIndex={0} aria-label="Log of the last attempt">
      {pages.items.map(({ level, text }) => `${level.padEnd(5)} ${text}`).join('\n')}
    </pre>
  );
}

import { RunsTable } from '../../parts/runs-table.tsx';
import { ConnectionFrame } from './frame.tsx';

export function ConnectionRunsPage() {
  return <ConnectionFrame>{({ id }) => <RunsTable connectionId={id} />}</ConnectionFrame>;
}

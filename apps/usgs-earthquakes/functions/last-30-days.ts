import type { CompleteInput, SyncContext } from '@middle/sdk';
import { emitQuery } from '../packages/usgs.ts';

/** Without a start time the service answers with the last 30 days. */
export default function last30Days(ctx: SyncContext<CompleteInput, { offset: number }>): Promise<void> {
  return emitQuery(ctx, {});
}

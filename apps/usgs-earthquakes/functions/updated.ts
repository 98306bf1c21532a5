import type { RecentInput, SyncContext } from '@middle/sdk';
import { emitQuery } from '../packages/usgs.ts';

/** Events are revised for days: what was updated in the window, whenever it happened in the last 30 days. */
export default function updated(ctx: SyncContext<RecentInput, { offset: number }>): Promise<void> {
  return emitQuery(ctx, { updatedafter: ctx.input.since });
}

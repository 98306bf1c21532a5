import type { RecentInput, SyncContext } from '@middle/sdk';
import { airports, emitList } from '../packages/atlas.ts';

export default function recentAirports(ctx: SyncContext<RecentInput>): Promise<void> {
  return emitList(ctx, airports, `limit=1000&modified_since=${ctx.input.since}`);
}

import type { RecentInput, SyncContext } from '@middle/sdk';
import { cities, emitList } from '../packages/atlas.ts';

export default function recentCities(ctx: SyncContext<RecentInput>): Promise<void> {
  return emitList(ctx, cities, `limit=1000&modified_since=${ctx.input.since}`);
}

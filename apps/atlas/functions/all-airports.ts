import type { CompleteInput, SyncContext } from '@middle/sdk';
import { airports, emitList } from '../packages/atlas.ts';

export default function allAirports(ctx: SyncContext<CompleteInput>): Promise<void> {
  return emitList(ctx, airports, 'limit=1000');
}

import type { CompleteInput, SyncContext } from '@middle/sdk';
import { cities, emitList } from '../packages/atlas.ts';

export default function allCities(ctx: SyncContext<CompleteInput>): Promise<void> {
  return emitList(ctx, cities, 'limit=1000');
}

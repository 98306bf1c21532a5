import type { CompleteInput, SyncContext } from '@middle/sdk';
import { countries, emitList } from '../packages/atlas.ts';

export default function allCountries(ctx: SyncContext<CompleteInput>): Promise<void> {
  return emitList(ctx, countries, 'limit=250');
}

import type { LookupInput, SyncContext } from '@middle/sdk';
import { cities, emitOne } from '../packages/atlas.ts';

export default function oneCity(ctx: SyncContext<LookupInput>): Promise<void> {
  return emitOne(ctx, cities);
}

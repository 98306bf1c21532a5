import type { LookupInput, SyncContext } from '@middle/sdk';
import { airports, emitOne } from '../packages/atlas.ts';

export default function oneAirport(ctx: SyncContext<LookupInput>): Promise<void> {
  return emitOne(ctx, airports);
}

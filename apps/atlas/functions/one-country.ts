import type { LookupInput, SyncContext } from '@middle/sdk';
import { countries, emitOne } from '../packages/atlas.ts';

export default function oneCountry(ctx: SyncContext<LookupInput>): Promise<void> {
  return emitOne(ctx, countries);
}

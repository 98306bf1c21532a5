import type { LookupInput, SyncContext } from '@middle/sdk';
import type { Feature } from '../packages/usgs.ts';
import { toEarthquake } from '../packages/usgs.ts';

export default async function oneEvent(ctx: SyncContext<LookupInput>): Promise<void> {
  const response = await ctx.fetch(`/query?format=geojson&eventid=${encodeURIComponent(ctx.input.id)}`);
  // 404: never known; 409: deleted from the catalogue.
  if (response.status === 404 || response.status === 409) {
    console.log(`The catalogue has no event ${ctx.input.id}.`);
    return;
  }
  if (!response.ok)
    throw new Error(`The catalogue answered ${String(response.status)}: ${await response.text()}`);
  const feature: Feature = JSON.parse(await response.text());
  ctx.emit('earthquake', toEarthquake(feature));
}

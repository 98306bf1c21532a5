import type { RecordData, SyncContext } from '@middle/sdk';

/** One event as the GeoJSON summary format describes it. Times are milliseconds since 1970. */
export interface Feature {
  readonly type: 'Feature';
  readonly id: string;
  readonly properties: {
    readonly mag: number | null;
    readonly place: string | null;
    readonly time: number;
    readonly updated: number;
    readonly url: string;
    readonly felt: number | null;
    readonly alert: string | null;
    readonly status: string;
    readonly tsunami: number;
    readonly sig: number;
    readonly net: string;
    /** Event ids of every network, such as ",us7000abcd,pt26001234,". */
    readonly ids: string;
    /** The networks in the order of the ids, such as ",us,pt,". */
    readonly sources: string;
    readonly magType: string | null;
    readonly type: string;
    readonly title: string;
  };
  readonly geometry: {
    readonly type: 'Point';
    readonly coordinates: readonly [number, number, number | null];
  };
}

interface FeatureCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly Feature[];
}

const DEFAULT_MAGNITUDE = '2.5';
/** The service takes up to 20,000; this keeps a page small and its progress frequent. */
const PAGE = 500;

export function toEarthquake({ id, properties, geometry }: Feature): RecordData {
  const [longitude, latitude, depth] = geometry.coordinates;
  const happenedAt = new Date(properties.time).toISOString();
  const eventIds = listed(properties.ids);
  return {
    id,
    title: properties.title,
    magnitude: properties.mag,
    magnitudeType: properties.magType,
    place: properties.place,
    happenedAt,
    day: happenedAt.slice(0, 10),
    latitude,
    longitude,
    depthKm: depth,
    kind: properties.type,
    status: properties.status,
    tsunami: properties.tsunami === 1,
    alert: properties.alert,
    felt: properties.felt,
    significance: properties.sig,
    network: properties.net,
    url: properties.url,
    reports: listed(properties.sources).map((network, at) => ({ network, eventId: eventIds[at] ?? null })),
    updatedAt: new Date(properties.updated).toISOString(),
  };
}

/** Emits every event that a query finds, page by page, oldest first; goes on where it was after an interruption. */
export async function emitQuery(
  ctx: SyncContext<unknown, { readonly offset: number }>,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const magnitude = ctx.connection.settings['minimumMagnitude'];
  const parameters = new URLSearchParams({
    format: 'geojson',
    orderby: 'time-asc',
    minmagnitude: typeof magnitude === 'string' && magnitude !== '' ? magnitude : DEFAULT_MAGNITUDE,
    limit: String(PAGE),
    ...query,
  });
  // The service counts from 1.
  for (let offset = ctx.cursor?.offset ?? 1; ; offset += PAGE) {
    parameters.set('offset', String(offset));
    const response = await ctx.fetch(`/query?${parameters.toString()}`);
    // 204: nothing fits.
    if (response.status === 204) return;
    if (!response.ok)
      throw new Error(`The catalogue answered ${String(response.status)}: ${await response.text()}`);
    const { features }: FeatureCollection = JSON.parse(await response.text());
    ctx.emitMany('earthquake', features.map(toEarthquake));
    if (features.length < PAGE) return;
    await ctx.progress({ cursor: { offset: offset + PAGE }, done: offset + PAGE - 1 });
  }
}

function listed(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

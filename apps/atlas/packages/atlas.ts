import type { LookupInput, RecordData, SyncContext } from '@middle/sdk';

interface Place {
  readonly lat: number;
  readonly lon: number;
}

export interface AtlasCountry {
  readonly code: string;
  readonly name: string;
  readonly official_name: string;
  readonly region: string;
  readonly subregion: string | null;
  readonly capital: string | null;
  readonly area_km2: number;
  readonly landlocked: boolean;
  readonly currencies: readonly { readonly code: string; readonly name: string; readonly symbol: string }[];
  readonly modified_at: string;
}

export interface AtlasCity {
  readonly id: number;
  readonly name: string;
  readonly country_code: string;
  readonly admin_code: string | null;
  readonly feature: string;
  readonly population: number;
  readonly location: Place;
  readonly modified_at: string;
}

export interface AtlasAirport {
  readonly id: number;
  readonly name: string;
  readonly iata: string | null;
  readonly icao: string | null;
  readonly city_id: number | null;
  readonly country_code: string | null;
  readonly location: Place;
  readonly altitude_ft: number | null;
  readonly time_zone: string | null;
  readonly open: boolean;
  readonly inspected_on: string;
  readonly modified_at: string;
}

/** GeoNames feature codes that cities have (geonames.org/export/codes.html). */
const KINDS: Readonly<Record<string, string>> = {
  PPLC: 'capital',
  PPLA: 'division seat',
  PPLA2: 'district seat',
  PPLA3: 'municipality seat',
  PPLA4: 'seat',
  PPLX: 'section',
};

function toCountry(country: AtlasCountry): RecordData {
  return {
    id: country.code,
    name: country.name,
    officialName: country.official_name,
    region: country.region,
    subregion: country.subregion,
    capital: country.capital,
    areaKm2: country.area_km2,
    landlocked: country.landlocked,
    currencies: country.currencies.map(({ code, name, symbol }) => ({ code, name, symbol })),
    modifiedAt: country.modified_at,
  };
}

function toCity(city: AtlasCity): RecordData {
  return {
    id: String(city.id),
    name: city.name,
    countryId: city.country_code,
    adminCode: city.admin_code,
    kind: KINDS[city.feature] ?? 'populated place',
    population: city.population,
    latitude: city.location.lat,
    longitude: city.location.lon,
    modifiedAt: city.modified_at,
  };
}

function toAirport(airport: AtlasAirport): RecordData {
  return {
    id: String(airport.id),
    name: airport.name,
    iata: airport.iata,
    icao: airport.icao,
    cityId: airport.city_id === null ? null : String(airport.city_id),
    countryId: airport.country_code,
    latitude: airport.location.lat,
    longitude: airport.location.lon,
    altitudeFeet: airport.altitude_ft,
    timeZone: airport.time_zone,
    open: airport.open,
    inspectedOn: airport.inspected_on,
    modifiedAt: airport.modified_at,
  };
}

/** One collection of the Atlas and the record type it becomes. */
export interface Kind<Item> {
  readonly recordType: string;
  readonly path: string;
  readonly toRecord: (item: Item) => RecordData;
}

export const countries: Kind<AtlasCountry> = {
  recordType: 'country',
  path: '/countries',
  toRecord: toCountry,
};
export const cities: Kind<AtlasCity> = { recordType: 'city', path: '/cities', toRecord: toCity };
export const airports: Kind<AtlasAirport> = { recordType: 'airport', path: '/airports', toRecord: toAirport };

/** Emits every page of a list; goes on where it was after an interruption. */
export async function emitList<Item>(
  ctx: SyncContext,
  { recordType, path, toRecord }: Kind<Item>,
  query: string,
): Promise<void> {
  let done = 0;
  for await (const page of ctx.pages<Item>(`${path}?${query}`)) {
    ctx.emitMany(recordType, page.items.map(toRecord));
    done += page.items.length;
    await ctx.progress({ cursor: page.next, done });
  }
}

/** Emits one record, or nothing when the Atlas does not have it. */
export async function emitOne<Item>(
  ctx: SyncContext<LookupInput>,
  { recordType, path, toRecord }: Kind<Item>,
): Promise<void> {
  const response = await ctx.fetch(`${path}/${encodeURIComponent(ctx.input.id)}`);
  if (response.status === 404) {
    console.log(`The Atlas has no ${recordType} ${ctx.input.id}.`);
    return;
  }
  if (!response.ok)
    throw new Error(`The Atlas answered ${String(response.status)}: ${await response.text()}`);
  const item: Item = JSON.parse(await response.text());
  ctx.emit(recordType, toRecord(item));
}

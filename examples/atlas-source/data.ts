import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Packed } from './packed.ts';
import { unpack } from './packed.ts';

/** The real data: cities of GeoNames, countries of mledoze/countries, airports of OpenFlights; each from its npm package. */
export interface AtlasData {
  readonly countries: readonly { readonly id: string; readonly json: string }[];
  readonly cities: Packed;
  readonly airports: Packed;
}

/** Reads the packages in a process of its own, whose 300 MB go when it ends; what stays here is packed, about 20 MB. */
export async function loadData(): Promise<AtlasData> {
  const folder = await mkdtemp(join(tmpdir(), 'middle-atlas-'));
  try {
    const reader = fileURLToPath(new URL('./read-packages.ts', import.meta.url));
    await promisify(execFile)(process.execPath, [reader, folder]);
    const countries: AtlasData['countries'] = JSON.parse(await readFile(join(folder, 'countries'), 'utf8'));
    const [cities, airports] = await Promise.all([
      readFile(join(folder, 'cities')),
      readFile(join(folder, 'airports')),
    ]);
    return { countries, cities: unpack(cities), airports: unpack(airports) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

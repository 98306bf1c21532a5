/**
 * How the world of the Atlas changes: everything follows from the time, so a restarted source, or a second one, answers
 * exactly as the first would have. Every tick changes one city; every twelfth one airport too; and in each hour one city
 * is missing.
 */
export const EPOCH = Date.parse('2026-01-01T00:00:00Z');
export const TICK_MILLISECONDS = 5000;
const AIRPORT_EVERY = 12;
const HOUR_MILLISECONDS = 3_600_000;

export function tickAt(time: number): number {
  return Math.max(0, Math.floor((time - EPOCH) / TICK_MILLISECONDS));
}

export function timeOfTick(tick: number): Date {
  return new Date(EPOCH + tick * TICK_MILLISECONDS);
}

/** Which city a tick changes. Tick 0 changes nothing: it is when everything was published. */
export function cityOfTick(tick: number, cities: number): number {
  return mix(tick * 2 + 1) % cities;
}

/** Which airport a tick changes, or -1. */
export function airportOfTick(tick: number, airports: number): number {
  return tick % AIRPORT_EVERY === 0 ? mix(tick * 2) % airports : -1;
}

/** Within 5% of what was counted. */
export function populationAt(counted: number, tick: number): number {
  if (tick === 0) return counted;
  const thousandths = (mix(tick) % 101) - 50;
  return counted + Math.round((counted * thousandths) / 1000);
}

/** One airport in ten is closed when it was last looked at. */
export function isOpenAt(tick: number): boolean {
  return mix(tick + 7) % 10 !== 0;
}

/** The city that is missing in the hour of a moment. */
export function missingCity(time: number, cities: number): number {
  return mix(Math.floor(time / HOUR_MILLISECONDS)) % cities;
}

/** The finalizer of MurmurHash3: every bit of the input changes half of the output's. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

import * as z from 'zod';

/** Three numbers, `1.12.3`. Releases are ordered by them; there are no pre-releases: a canary is a wave. */
export const versionSchema = z
  .string()
  .regex(
    /^(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})$/,
    'A version is three numbers, such as 1.12.3',
  );

export type Version = string;

const NUMBERS = new Map<Version, readonly number[]>();
/** Fleets know dozens of releases; the bound is for hostile input. */
const REMEMBERED_MOST = 10_000;

/** Below 0 when `a` is older, above 0 when it is newer. */
export function compareVersions(a: Version, b: Version): number {
  if (a === b) return 0;
  const [ofA, ofB] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (ofA[index] ?? 0) - (ofB[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: Version): readonly number[] {
  const known = NUMBERS.get(version);
  if (known !== undefined) return known;
  if (NUMBERS.size >= REMEMBERED_MOST) NUMBERS.clear();
  const made = version.split('.').map(Number);
  NUMBERS.set(version, made);
  return made;
}

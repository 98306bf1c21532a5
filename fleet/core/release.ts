import * as z from 'zod';
import type { Moment } from './time.ts';
import { compareVersions, versionSchema } from './version.ts';
import type { Version } from './version.ts';

/**
 * A release: one immutable version of the stack software. Its migrations come in two kinds. `expand` ones run during the
 * update and older processes can live with them. `contract` ones take away what only older releases use: they run by
 * themselves, later, once no process of an older release can come back.
 */
export const releaseSchema = z.strictObject({
  version: versionSchema,
  /** Where the bundle of the software is, its SHA-256, and the signature over both. */
  artifact: z.string().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 in hexadecimal'),
  signature: z.string().min(1),
  template_version: z.string().min(1),
  migrations: z.array(z.strictObject({ name: z.string().min(1), kind: z.enum(['expand', 'contract']) })),
  /** Stacks of an older release must be updated to one in between first. */
  minimum_previous: versionSchema,
  /** May override customers' holds, windows and vetoes after the notice. */
  security: z.boolean(),
  notes: z.string(),
  published_at: z.number(),
});

export type Release = z.infer<typeof releaseSchema>;

/** A recall: the release is blocked everywhere. A rollout moves its stacks off it, forward or back. */
export interface Recall {
  readonly at: Moment;
  readonly reason: string;
}

export interface PublishedRelease extends Release {
  readonly recall: Recall | null;
}

export function contracts(release: Release): boolean {
  return release.migrations.some(({ kind }) => kind === 'contract');
}

export type Unreachable = 'recalled' | 'previous_too_old' | 'contracted';

/**
 * Whether a stack can get there.
 * @param oldest the oldest release that the stack's database still serves, after its contract migrations.
 */
export function whyUnreachable(
  from: Version,
  to: PublishedRelease,
  oldest: Version | null,
): Unreachable | null {
  if (to.recall !== null) return 'recalled';
  if (oldest !== null && compareVersions(to.version, oldest) < 0) return 'contracted';
  if (compareVersions(from, to.version) < 0 && compareVersions(from, to.minimum_previous) < 0) {
    return 'previous_too_old';
  }
  return null;
}

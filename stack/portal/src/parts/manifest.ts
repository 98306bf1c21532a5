import type { AuthConfig, Manifest, SyncDefinition } from '@middle/core/manifest.ts';
import type { AppVersion } from '../data/types.ts';

/** The API checked the manifest when the app was pushed, so its shape is known; read leniently all the same. */
export type PushedManifest = Pick<
  Manifest,
  'name' | 'notes' | 'auth' | 'recordTypes' | 'syncs' | 'actions' | 'egress'
>;
export type { AuthConfig, SyncDefinition };

export function manifestOf(version: AppVersion): PushedManifest {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const given = version.manifest as Partial<PushedManifest>;
  return {
    name: given.name ?? version.appKey,
    notes: given.notes ?? '',
    auth: given.auth ?? [],
    recordTypes: given.recordTypes ?? [],
    syncs: given.syncs ?? [],
    actions: given.actions ?? [],
    egress: given.egress ?? { hosts: [] },
  };
}

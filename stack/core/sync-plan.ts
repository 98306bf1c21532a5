import type { Manifest, SyncDefinition } from './manifest.ts';

/** What a sync of one connection is set to; people may change all of it but the function. */
export interface SyncSettings {
  readonly functionKey: string;
  readonly everySeconds: number | null;
  readonly overlapSeconds: number;
  readonly catchUp: {
    readonly weekday: number;
    readonly hour: number;
    readonly time_zone: string;
    readonly window_days: number;
  } | null;
  readonly markDeleted: boolean;
  readonly stallSeconds: number;
}

/** Functions of one connection that run at a time, when neither the manifest nor the connection says otherwise. */
export const FUNCTIONS_AT_ONCE = 2;
export const FUNCTIONS_AT_ONCE_MOST = 100;

/** A schedule that ticked so often since its sync last succeeded is stalled. */
export const STALLED_TICKS = 3;

const DAY_SECONDS = 86_400;

/** The settings that the developer gave. */
export function settingsOfSync(definition: SyncDefinition): SyncSettings {
  const catchUp = definition.kind === 'recent' ? definition.catchUp : undefined;
  return {
    functionKey: definition.function,
    everySeconds: definition.kind === 'lookup' ? null : (definition.every ?? null),
    overlapSeconds: definition.kind === 'recent' ? definition.overlap : 0,
    catchUp:
      catchUp === undefined
        ? null
        : {
            weekday: catchUp.weekday,
            hour: catchUp.hour,
            time_zone: catchUp.timeZone,
            window_days: Math.max(1, Math.round(catchUp.window / DAY_SECONDS)),
          },
    markDeleted: definition.kind === 'complete' && definition.markDeleted,
    stallSeconds: definition.stall,
  };
}

/**
 * The settings after a move to another version: what people changed stays, what they left as the developer had it
 * follows the developer.
 */
export function mergeSettings(
  current: SyncSettings,
  before: SyncSettings | null,
  after: SyncSettings,
): SyncSettings {
  const pick = <K extends keyof SyncSettings>(key: K): SyncSettings[K] =>
    before !== null && isSame(current[key], before[key]) ? after[key] : current[key];
  return {
    functionKey: after.functionKey,
    everySeconds: pick('everySeconds'),
    overlapSeconds: pick('overlapSeconds'),
    catchUp: pick('catchUp'),
    markDeleted: pick('markDeleted'),
    stallSeconds: pick('stallSeconds'),
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (isObject(a) && isObject(b) && Object.keys(b).every((key) => a[key] === b[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function findSync(
  manifest: Manifest,
  recordType: string,
  kind: SyncDefinition['kind'],
): SyncDefinition | undefined {
  return manifest.syncs.find((sync) => sync.recordType === recordType && sync.kind === kind);
}

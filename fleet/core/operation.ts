import type { Moment } from './time.ts';
import type { Version } from './version.ts';

/**
 * An operation: what a provisioner does to one stack. It takes minutes, ends by itself, and is named by an id that says
 * whom it serves and which attempt it is. Asking for the same id again changes nothing.
 */
export type Work =
  | { readonly kind: 'create'; readonly release: Version; readonly settings: Settings }
  | { readonly kind: 'update'; readonly release: Version; readonly checks: UpdateChecks }
  | { readonly kind: 'finalize' }
  | { readonly kind: 'roll_back'; readonly release: Version }
  | { readonly kind: 'contract'; readonly release: Version }
  | { readonly kind: 'change_settings'; readonly settings: Settings }
  | { readonly kind: 'restore'; readonly to: Moment }
  | { readonly kind: 'move'; readonly place: string }
  | { readonly kind: 'delete' };

export type OperationKind = Work['kind'];

/** Size, limits, retention, zone: the fleet hands them on and the provisioner knows them. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface UpdateChecks {
  /** Run the migrations on a clone of the stack's data first. */
  readonly rehearse: boolean;
  /** Replay so many of its last executions on the new release, which must not differ. */
  readonly replay: number;
}

export interface Operation {
  readonly id: string;
  readonly stack: string;
  readonly work: Work;
}

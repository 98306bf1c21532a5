import type { BackupState } from '@middle/core/backup/state.ts';

/** What a stack's surroundings know, and it can't see by itself. */
export interface Machine {
  /** Null: nobody answers. */
  status(): Promise<MachineStatus | null>;
}

export interface MachineStatus {
  /** Where the stack's data are. */
  readonly disk: { readonly freeBytes: number; readonly bytes: number };
  /** Null: this stack is not backed up. */
  readonly backup: BackupState | null;
}

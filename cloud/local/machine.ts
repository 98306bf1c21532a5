import { backupStateSchema } from '@middle/core/backup/state.ts';
import { z } from 'zod';
import type { Machine } from '../ports/machine.ts';
import { askControl } from './supervisor/control.ts';

const statusSchema = z.object({
  disk: z.object({ freeBytes: z.number(), bytes: z.number() }),
  backup: backupStateSchema.nullable(),
});

/** Asks the supervisor. Null: there is none, or it does not answer as one does. */
export function localMachine({ controlSocket }: { readonly controlSocket: string | null }): Machine {
  return {
    async status() {
      if (controlSocket === null) return null;
      const answer = await askControl(controlSocket, 'GET', '/status').catch(() => null);
      const parsed = statusSchema.safeParse(answer);
      return parsed.success ? parsed.data : null;
    },
  };
}

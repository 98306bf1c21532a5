import { z } from 'zod';

const moment = z.iso.datetime();

/**
 * How a stack's backups are:
 *
 *   starting     nothing is stored yet since the stack started
 *   current      what was committed more than a few seconds ago is stored
 *   behind       it is being stored, and there is much
 *   unreachable  nothing can be stored; the database keeps it meanwhile, up to a limit
 *   off          a stack that only shows what was is not backed up
 */
export const BACKUP_STATES = ['starting', 'current', 'behind', 'unreachable', 'off'] as const;

export const backupStateSchema = z.strictObject({
  state: z.enum(BACKUP_STATES),
  since: moment,
  /** Why it is unreachable. */
  problem: z.string().nullable(),
  folder: z.string(),
  /** How far back the present settings reach. */
  days: z.number(),
  /** What was committed before is stored. */
  storedUntil: moment.nullable(),
  /** Of the database's log, not stored yet. */
  waitingBytes: z.number(),
  storedBytes: z.number().meta({ description: 'Of all backups, as they are stored' }),
  /** Moments that can be restored; more than one span where something is missing. */
  window: z.array(z.strictObject({ from: moment, to: moment })),
  lastBase: z.strictObject({ at: moment, bytes: z.number(), milliseconds: z.number() }).nullable(),
  /** Why the last base backup failed; null when it did not. */
  baseProblem: z.string().nullable(),
  verification: z
    .strictObject({
      at: moment,
      passed: z.boolean(),
      message: z.string(),
      milliseconds: z.number(),
    })
    .nullable()
    .meta({ description: 'The last restore on trial' }),
});
export type BackupState = z.infer<typeof backupStateSchema>;

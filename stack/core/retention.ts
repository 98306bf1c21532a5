import { z } from 'zod';

const days = z.int().min(1).max(3_650);

/**
 * How long what is kept. Records are kept by default: before workflows use them, a record that its source no longer
 * changes would look unused and vanish, although it still exists there. Their history and runs go after 30 days.
 */
export const retentionSchema = z.strictObject({
  /** Days since a record was last used or updated; null: kept. */
  recordDays: days.nullable().default(null),
  recordVersionDays: days.default(30),
  /** Invocations, sync runs and jobs. */
  invocationDays: days.default(30),
  /** Executions with their steps, from the day on which they were queued; one under way is kept until it ends. */
  executionDays: days.default(30),
  invalidRecordDays: days.default(30),
  /** Requests that webhooks received and that were processed or refused; what failed for good is kept like invalid records. */
  webhookRequestDays: days.default(7),
  logDays: z.int().min(1).max(30).default(30),
});

export type Retention = z.output<typeof retentionSchema>;

export const DEFAULT_RETENTION: Retention = retentionSchema.parse({});

const DAY_MILLISECONDS = 86_400_000;

export interface RecordUse {
  readonly updatedAt: Date;
  /** By a trigger or an execution; a transfer that finds the record unchanged is no use of it. */
  readonly lastUsedAt: Date | null;
  readonly deletedAt: Date | null;
}

export interface RecordRetention {
  /** Of the record type of this connection, else of the stack. */
  readonly recordDays: number | null;
  /** A complete transfer runs on a schedule: it would bring an expired record back as a new one. */
  readonly transferredWhole: boolean;
}

/**
 * When a record will be deleted if nothing uses it; null: never. While complete transfers run, only records that have
 * vanished at the source expire: the others would be deleted and created again at each transfer, for ever.
 */
export function expectedDeletion(record: RecordUse, retention: RecordRetention): Date | null {
  if (retention.recordDays === null) return null;
  if (retention.transferredWhole && record.deletedAt === null) return null;
  const uses = [record.updatedAt, record.lastUsedAt, record.deletedAt].map((date) => date?.getTime() ?? 0);
  return new Date(Math.max(...uses) + retention.recordDays * DAY_MILLISECONDS);
}

/** What is older than this moment has reached its age. */
export function expiryMoment(now: Date, ageDays: number): Date {
  return new Date(now.getTime() - ageDays * DAY_MILLISECONDS);
}

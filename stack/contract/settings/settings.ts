import { z } from 'zod';

const days = z.int().min(1).max(3650);

export const settings = z
  .strictObject({
    retention: z.strictObject({
      recordDays: days.nullable().meta({ description: 'Since last use or update; null: records are kept.' }),
      recordVersionDays: days,
      invocationDays: days,
      executionDays: days,
      invalidRecordDays: days,
      webhookRequestDays: days.meta({
        description: 'Received requests that were processed or refused. Dead ones: as invalidRecordDays.',
      }),
      logDays: z.int().min(1).max(30),
    }),
  })
  .meta({ id: 'Settings' });

export const settingsChange = z.strictObject({ retention: settings.shape.retention.partial().optional() });

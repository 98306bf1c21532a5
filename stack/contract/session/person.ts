import { ACCOUNT_ROLES, PERMISSIONS, STACK_ROLES } from '@middle/core/permissions.ts';
import { z } from 'zod';
import { keysOf, name, timestamp, uuid } from '../shared.ts';

export const stackRole = z.enum(STACK_ROLES);
export const membership = z.strictObject({ accountId: uuid, role: z.enum(ACCOUNT_ROLES) });

export const email = z.email().max(254);
/** Length is what makes a password strong; the upper bound keeps hashing cheap. */
export const password = z.string().min(10).max(128);
export const secondFactorCode = z
  .string()
  .regex(/^(?:\d{6}|[A-Za-z0-9-]{8,24})$/, 'must be six digits, or a recovery code')
  .meta({ description: 'Six digits of the authenticator, or a recovery code.' });
/** The secret part of a link. It works once. */
export const linkToken = z.string().min(20).max(100);

/** Who is asking, and what they may do. */
export const me = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['person', 'cli']),
    name: z.string(),
    email: z.string().nullable().meta({ description: 'Null until the first owner has given one.' }),
    role: stackRole,
    memberships: z.array(membership),
    permissions: z
      .array(z.enum(keysOf(PERMISSIONS)))
      .meta({ description: 'Every permission held in the stack or in at least one account.' }),
    hasPassword: z.boolean(),
    secondFactor: z.boolean(),
  })
  .meta({ id: 'Me' });

export const session = z
  .strictObject({
    id: z.string(),
    current: z.boolean(),
    createdAt: timestamp,
    expiresAt: timestamp,
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'Session' });

export const profile = z.strictObject({ name: name.optional(), email: email.optional() });

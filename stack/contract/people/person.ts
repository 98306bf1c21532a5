import { z } from 'zod';
import { timestamp, uuid } from '../shared.ts';
import { email, membership, stackRole } from '../session/person.ts';

export const person = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: stackRole,
    memberships: z.array(membership),
    secondFactor: z.boolean(),
    createdAt: timestamp,
    lastSeenAt: timestamp.nullable(),
  })
  .meta({ id: 'Person' });

export const invitation = z
  .strictObject({
    id: uuid,
    email: z.string(),
    role: stackRole,
    memberships: z.array(membership),
    invitedBy: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: 'Invitation' });

export const roles = z.strictObject({
  role: stackRole,
  memberships: z.array(membership).max(1000).default([]),
});
export const newInvitation = roles.extend({ email });
export const personParams = z.strictObject({ personId: uuid });

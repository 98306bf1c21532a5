import { z } from 'zod';

/** One address without a name; what an envelope takes. */
export const mailAddress = z.email().max(254);

/** How mail leaves the stack. The password is kept apart, sealed. */
export const mailServerSchema = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[\w.:[\]-]+$/, 'must be a host name or an address'),
  port: z.int().min(1).max(65_535).default(587),
  tls: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
    description:
      'starttls: encrypted after the greeting, or not sent. tls: encrypted from the start. none: not at all.',
  }),
  user: z.string().trim().max(254).default('').meta({ description: 'Empty: the server asks for none.' }),
  from: mailAddress,
});
/** As it is kept, with its sealed password in base64. */
export const keptMailServerSchema = z.object({ server: mailServerSchema, password: z.base64().nullable() });
export type MailServer = z.output<typeof mailServerSchema>;

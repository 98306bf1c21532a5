import { z } from 'zod';
import { ATTRIBUTE_TYPES } from './attribute.ts';
import { DURATION_PATTERN, parseDuration } from './duration.ts';
import { FUNCTIONS_AT_ONCE, FUNCTIONS_AT_ONCE_MOST } from './sync-plan.ts';

/**
 * The manifest of an app package, `middle.app.yaml`. What a person writes is the schema's input (durations such as
 * `15m`, weekday names); what the platform keeps is its output (seconds, numbers, defaults filled in). Parsing the
 * output again gives the same output, so a stored manifest is read with the same schema.
 */

export const MANIFEST_FILE = 'middle.app.yaml';

/** Lambda ends a function after 15 minutes (docs.aws.amazon.com, "Lambda quotas"); a longer transfer resumes from its cursor. */
export const FUNCTION_MAX_SECONDS = 900;
/** Requests of a connection are processed one after the other: one must not hold up the others for long. */
const WEBHOOK_MAX_SECONDS = 300;

const appKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter',
  );
const dataKey = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
    'must be 1 to 63 letters, digits, _ and -, beginning with a letter',
  );
const title = z.string().trim().min(1, 'must not be empty').max(120);
const description = z.string().max(2000);

function duration(minimum: number, maximum: number, meaning: string): z.ZodType<number, string | number> {
  return z
    .union([z.string().regex(DURATION_PATTERN, 'must be a duration such as 30s, 15m, 1h30m or 7d'), z.int()])
    .transform((value) => (typeof value === 'number' ? value : (parseDuration(value) ?? 0)))
    .refine((seconds) => seconds >= minimum && seconds <= maximum, {
      error: `must be between ${String(minimum)} and ${String(maximum)} seconds`,
    })
    .meta({ description: `${meaning} A duration such as 30s, 15m, 1h30m or 7d, or a number of seconds.` });
}

const DAY = 86_400;

const leafAttribute = {
  key: dataKey.meta({ description: 'The key in the data that the function emits.' }),
  title,
  description: description.optional(),
};

const itemAttribute = z.strictObject({
  ...leafAttribute,
  type: z.enum(ATTRIBUTE_TYPES).exclude(['primary_id', 'foreign_key', 'array']),
});

const attribute = z.strictObject({
  ...leafAttribute,
  type: z
    .enum(ATTRIBUTE_TYPES)
    .meta({ description: 'primary_id: what identifies the record; exactly one per record type.' }),
  references: dataKey
    .optional()
    .meta({ description: 'For foreign_key: the record type of this app whose primary id this holds.' }),
  attributes: z
    .array(itemAttribute)
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'For array: the attributes of each item, in order.' }),
});

const recordType = z.strictObject({
  key: dataKey,
  title,
  description: description.optional(),
  attributes: z
    .array(attribute)
    .min(1)
    .max(500)
    .meta({ description: 'In the order in which people see them.' }),
});

const hostPattern =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?$/;

const egress = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://api.example.com/v2' })
    .optional()
    .meta({
      description: 'Where relative paths of ctx.fetch and ctx.pages begin. A connection may override it.',
    }),
  hosts: z
    .array(
      z
        .string()
        .regex(
          hostPattern,
          'must be a lower-case host name such as api.example.com, *.example.com or api.example.com:8443',
        ),
    )
    .max(50)
    .default([])
    .meta({
      description: 'The hosts the functions must reach. An instance owner approves them at installation.',
    }),
  rate: z
    .strictObject({ requests: z.int().min(1).max(100_000), per: duration(1, DAY, 'The period.') })
    .optional()
    .meta({ description: 'How many requests the outside system allows each connection per period.' }),
});

const formField = {
  key: dataKey,
  title,
  description: description.optional(),
  required: z.boolean().default(true),
};

const authField = z.strictObject({
  ...formField,
  kind: z.enum(['string', 'text', 'protected', 'boolean']).default('string').meta({
    description: 'protected: a secret. It is stored sealed and no function and no person sees it again.',
  }),
});

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be an HTTP header name');
const headers = z.record(headerName, z.string().max(2000)).meta({
  description: 'Headers added to each request; {fieldKey} is replaced. Function code never sees them.',
});
const basic = z
  .strictObject({ username: z.string().max(2000), password: z.string().max(2000) })
  .meta({ description: 'HTTP basic authentication from fields, such as username: "{user}".' });

const authBase = {
  key: dataKey,
  name: title,
  description: description.optional(),
  fields: z
    .array(authField)
    .max(50)
    .default([])
    .meta({ description: 'The form that a connecting user fills in.' }),
};
const tokenEndpoint = {
  tokenUrl: z
    .string()
    .min(1)
    .meta({ description: 'Where tokens are issued. Relative to the base address, or absolute.' }),
  scopes: z.array(z.string().min(1)).default([]),
  clientAuthentication: z
    .enum(['header', 'body'])
    .default('header')
    .meta({ description: 'How the client id and secret are sent to the token endpoint.' }),
  headers: headers.default({ Authorization: 'Bearer {accessToken}' }),
};

const authConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    ...authBase,
    kind: z.literal('fields'),
    headers: headers.default({}),
    basic: basic.optional(),
  }),
  z.strictObject({ ...authBase, kind: z.literal('oauth2_client_credentials'), ...tokenEndpoint }),
  z.strictObject({
    ...authBase,
    kind: z.literal('oauth2_authorization_code'),
    authorizeUrl: z.string().min(1),
    pkce: z.boolean().default(true),
    ...tokenEndpoint,
  }),
  z.strictObject({ ...authBase, kind: z.literal('oauth2_password'), ...tokenEndpoint }),
]);

const functionKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'must name a file in functions/ without its extension, such as recent-sales',
  );
const functionLimits = {
  function: functionKey.meta({ description: 'The file in functions/, without its extension.' }),
  timeout: duration(1, FUNCTION_MAX_SECONDS, 'How long one invocation may take.').default(
    FUNCTION_MAX_SECONDS,
  ),
  memoryMegabytes: z.int().min(64).max(2048).default(256),
};

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const catchUp = z.strictObject({
  weekday: z
    .union([z.enum(WEEKDAYS), z.int().min(1).max(7)])
    .transform((day) => (typeof day === 'number' ? day : WEEKDAYS.indexOf(day) + 1))
    .meta({ description: 'monday to sunday.' }),
  hour: z.int().min(0).max(23).default(3),
  timeZone: z.string().min(1).default('UTC').meta({ description: 'An IANA name such as Europe/Brussels.' }),
  window: duration(DAY, 366 * DAY, 'How far back it looks.').default(14 * DAY),
});

const syncBase = {
  key: dataKey,
  recordType: dataKey,
  ...functionLimits,
  stall: duration(10, DAY, 'No progress for this long ends the run as stalled.').default(300),
};
const every = duration(10, 31 * DAY, 'How often it runs. Absent: only by hand.').optional();

const sync = z.discriminatedUnion('kind', [
  z.strictObject({
    ...syncBase,
    kind: z.literal('complete'),
    every,
    markDeleted: z
      .boolean()
      .default(false)
      .meta({ description: 'Mark records that vanished at the source as deleted.' }),
  }),
  z.strictObject({
    ...syncBase,
    kind: z.literal('recent'),
    every,
    overlap: duration(0, 31 * DAY, 'How far each window reaches back over the one before.').default(0),
    firstWindow: duration(60, 3660 * DAY, 'How far back the very first run looks.').default(7 * DAY),
    catchUp: catchUp.optional().meta({ description: 'A wider window once a week, for what was missed.' }),
  }),
  z.strictObject({ ...syncBase, kind: z.literal('lookup') }),
]);

const actionField = z.strictObject({
  ...formField,
  type: z.enum(['string', 'text', 'number', 'boolean', 'iso_date', 'iso_datetime', 'array']),
  attributes: z.array(itemAttribute).min(1).max(200).optional(),
});

const action = z.strictObject({
  key: dataKey,
  title,
  description: description.optional(),
  ...functionLimits,
  input: z.array(actionField).max(200).default([]),
  output: z.array(actionField).max(200).default([]),
});

/** What a provider asks once to see that the address is ours; answered without any code. */
const challenge = z.strictObject({
  from: z
    .enum(['query', 'body'])
    .default('query')
    .meta({ description: 'Where the parameter is: in the query, or a key at the top of a JSON body.' }),
  parameter: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'Its value is sent back as text, such as hub.challenge or challenge.' }),
  when: z
    .record(z.string().min(1).max(100), z.string().max(200))
    .default({})
    .meta({ description: 'Only when these are there with these values, such as type: url_verification.' }),
});

export const WEBHOOK_METHODS = ['POST', 'PUT', 'GET'] as const;

const webhook = z.strictObject({
  key: dataKey.meta({ description: 'Part of the address that the outside system sends to.' }),
  title,
  description: description.optional(),
  ...functionLimits,
  timeout: duration(1, WEBHOOK_MAX_SECONDS, 'How long one invocation may take.').default(30),
  methods: z
    .array(z.enum(WEBHOOK_METHODS))
    .min(1)
    .max(3)
    .default(['POST'])
    .meta({ description: 'Requests with another method are refused.' }),
  secrets: z.array(dataKey).max(10).default([]).meta({
    description:
      'Fields of the auth configs that the function gets as ctx.secrets, such as the key of the signature. No other function ever gets a credential.',
  }),
  challenge: challenge
    .optional()
    .meta({ description: 'A question to be answered at once, when the outside system asks one.' }),
});

const codePackage = z.strictObject({
  key: appKey.meta({ description: 'packages/KEY.ts, or the folder packages/KEY.' }),
  description: description.optional(),
});

/** Each section alone, so that a check can go on with the sections that are right. */
export const manifestSections = { egress, recordType, authConfig, sync, action, webhook, codePackage };

export const manifestSchema = z
  .strictObject({
    key: appKey.meta({ description: 'Identifies the app in this stack.' }),
    name: title,
    notes: z.string().max(10_000).default(''),
    version: z
      .string('must be text; write it in quotes, such as "1.0"')
      .regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,62}$/, 'must be a version such as 1.0.0'),
    iconColor: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must be a color such as "#5b6ee1"')
      .default('#5b6ee1'),
    egress: egress.default({ hosts: [] }),
    functionsAtOnce: z
      .int()
      .min(1)
      .max(FUNCTIONS_AT_ONCE_MOST)
      .optional()
      .meta({
        description: `How many syncs, and how many actions, of one connection may run at a time. Absent: ${String(FUNCTIONS_AT_ONCE)} syncs, and as many actions as the worker has places. A connection may override it.`,
      }),
    auth: z
      .array(authConfig)
      .max(20)
      .default([])
      .meta({ description: 'Auth configs; the first is the active one.' }),
    recordTypes: z.array(recordType).max(200).default([]),
    syncs: z.array(sync).max(600).default([]),
    actions: z.array(action).max(200).default([]),
    webhooks: z.array(webhook).max(50).default([]),
    packages: z.array(codePackage).max(100).default([]),
  })
  .meta({ title: 'Middle app', description: 'The manifest of an app package.' });

/** As the platform keeps it: durations are seconds, weekdays 1 (Monday) to 7, defaults filled in. */
export type Manifest = z.output<typeof manifestSchema>;
/** As a person writes it. */
export type ManifestInput = z.input<typeof manifestSchema>;
export type AuthConfig = z.output<typeof authConfig>;
export type AuthField = z.output<typeof authField>;
export type SyncDefinition = z.output<typeof sync>;
export type SyncKind = SyncDefinition['kind'];
export type ActionDefinition = z.output<typeof action>;
export type WebhookDefinition = z.output<typeof webhook>;
export type ActionField = z.output<typeof actionField>;
export type ManifestRecordType = z.output<typeof recordType>;

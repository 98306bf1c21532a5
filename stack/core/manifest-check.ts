import type { z } from 'zod';
import { authTemplateProblems } from './auth-headers.ts';
import { isLoopbackName, matchesHost } from './host-pattern.ts';
import type { AuthConfig, Manifest, SyncDefinition } from './manifest.ts';
import { manifestSchema, manifestSections } from './manifest.ts';
import { nearest } from './nearest.ts';

export interface ManifestProblem {
  /** Where in the manifest: keys and list positions, outermost first. */
  readonly path: readonly (string | number)[];
  /** The problem is with the key at `path`, not with its value. */
  readonly atKey?: boolean;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface ManifestCheck {
  /** Null when there is any problem. */
  readonly manifest: Manifest | null;
  readonly problems: readonly ManifestProblem[];
}

/** Checks shape and meaning, and tells every problem at once: a section that is right is cross-checked even when another is wrong. */
export function checkManifest(raw: unknown): ManifestCheck {
  const parsed = manifestSchema.safeParse(raw, { reportInput: true });
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, []));
  const sections = sectionsOf(raw);
  problems.push(
    ...recordTypeProblems(sections),
    ...syncProblems(sections),
    ...actionProblems(sections),
    ...webhookProblems(sections),
    ...authProblems(sections),
    ...egressProblems(sections),
    ...duplicateKeys(sections.packages, 'packages'),
  );
  return { manifest: parsed.success && problems.length === 0 ? parsed.data : null, problems };
}

/** One entry of a list that parsed on its own, with its position in the manifest. */
interface Placed<T> {
  readonly at: number;
  readonly value: T;
}

interface Sections {
  readonly recordTypes: readonly Placed<Manifest['recordTypes'][number]>[];
  readonly syncs: readonly Placed<SyncDefinition>[];
  readonly actions: readonly Placed<Manifest['actions'][number]>[];
  readonly webhooks: readonly Placed<Manifest['webhooks'][number]>[];
  readonly auth: readonly Placed<AuthConfig>[];
  readonly packages: readonly Placed<Manifest['packages'][number]>[];
  readonly egress: Manifest['egress'] | null;
  /** Every record type key that is written, also of record types that have problems of their own. */
  readonly recordTypeKeys: ReadonlySet<unknown>;
}

function sectionsOf(raw: unknown): Sections {
  const root = isRecord(raw) ? raw : {};
  const egress = manifestSections.egress.safeParse(root['egress'] ?? {});
  return {
    recordTypes: placed(root['recordTypes'], manifestSections.recordType),
    syncs: placed(root['syncs'], manifestSections.sync),
    actions: placed(root['actions'], manifestSections.action),
    webhooks: placed(root['webhooks'], manifestSections.webhook),
    auth: placed(root['auth'], manifestSections.authConfig),
    packages: placed(root['packages'], manifestSections.codePackage),
    egress: egress.success ? egress.data : null,
    recordTypeKeys: new Set(
      list(root['recordTypes']).map((entry) => (isRecord(entry) ? entry['key'] : null)),
    ),
  };
}

function placed<T>(entries: unknown, schema: z.ZodType<T>): Placed<T>[] {
  return list(entries).flatMap((entry, at) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [{ at, value: parsed.data }] : [];
  });
}

function recordTypeProblems({ recordTypes, recordTypeKeys }: Sections): ManifestProblem[] {
  const problems = duplicateKeys(recordTypes, 'recordTypes');
  for (const { at, value } of recordTypes) {
    const path = ['recordTypes', at, 'attributes'];
    const primary = value.attributes.filter((attribute) => attribute.type === 'primary_id').length;
    if (primary !== 1) {
      const count = primary === 0 ? 'no attribute' : `${String(primary)} attributes`;
      problems.push(
        problem(path, 'primary_id', `Record type “${value.key}” has ${count} of type primary_id.`, {
          hint: 'Give exactly one attribute the type primary_id: what identifies the record at its source.',
          atKey: true,
        }),
      );
    }
    problems.push(...duplicateKeys(value.attributes.map(place), ...path));
    for (const [index, attribute] of value.attributes.entries()) {
      const here = [...path, index];
      if (attribute.type === 'foreign_key' && attribute.references === undefined) {
        problems.push(
          problem(
            [...here, 'type'],
            'references',
            `Foreign key “${attribute.key}” does not say which record type it refers to.`,
            {
              hint: 'Add references: with the key of a record type of this app.',
            },
          ),
        );
      }
      if (attribute.references !== undefined && attribute.type !== 'foreign_key') {
        problems.push(
          problem([...here, 'references'], 'references', 'Only a foreign_key has references.', {
            atKey: true,
          }),
        );
      }
      if (
        attribute.type === 'foreign_key' &&
        attribute.references !== undefined &&
        !recordTypeKeys.has(attribute.references)
      ) {
        problems.push(unknownRecordType([...here, 'references'], attribute.references, recordTypeKeys));
      }
      problems.push(...arrayProblems(attribute, here));
    }
  }
  return problems;
}

/** An attribute or a form field of type array has attributes of its own; no other type has. */
function arrayProblems(
  field: { key: string; type: string; attributes?: readonly { key: string }[] | undefined },
  path: readonly (string | number)[],
): ManifestProblem[] {
  if (field.type === 'array' && field.attributes === undefined) {
    const message = `Array “${field.key}” does not say which attributes its items have.`;
    return [
      problem([...path, 'type'], 'array_attributes', message, {
        hint: 'Add attributes: with at least one entry.',
      }),
    ];
  }
  if (field.type !== 'array' && field.attributes !== undefined) {
    return [
      problem([...path, 'attributes'], 'array_attributes', 'Only an array has attributes of its own.', {
        atKey: true,
      }),
    ];
  }
  return duplicateKeys((field.attributes ?? []).map(place), ...path, 'attributes');
}

function syncProblems({ syncs, recordTypeKeys, actions }: Sections): ManifestProblem[] {
  const problems = duplicateKeys(syncs, 'syncs');
  const first = new Map<string, string>();
  const actionFunctions = new Map(actions.map(({ value }) => [value.function, value.key]));
  for (const { at, value } of syncs) {
    if (!recordTypeKeys.has(value.recordType)) {
      problems.push(unknownRecordType(['syncs', at, 'recordType'], value.recordType, recordTypeKeys));
    }
    const pair = `${value.recordType} ${value.kind}`;
    const other = first.get(pair);
    if (other !== undefined) {
      const message = `Record type “${value.recordType}” has a ${value.kind} sync already: “${other}”.`;
      problems.push(problem(['syncs', at, 'kind'], 'sync_twice', message));
    }
    first.set(pair, other ?? value.key);
    const action = actionFunctions.get(value.function);
    if (action !== undefined) {
      const message = `The function “${value.function}” is used by the action “${action}” too.`;
      problems.push(
        problem(['syncs', at, 'function'], 'function_kind', message, {
          hint: 'A function is either a sync or an action.',
        }),
      );
    }
    if (value.kind === 'recent' && value.catchUp !== undefined && !isTimeZone(value.catchUp.timeZone)) {
      const message = `“${value.catchUp.timeZone}” is not a time zone.`;
      problems.push(
        problem(['syncs', at, 'catchUp', 'timeZone'], 'time_zone', message, {
          hint: 'Write an IANA name such as Europe/Brussels.',
        }),
      );
    }
  }
  return problems;
}

function actionProblems({ actions }: Sections): ManifestProblem[] {
  const problems = duplicateKeys(actions, 'actions');
  for (const { at, value } of actions) {
    for (const form of ['input', 'output'] as const) {
      problems.push(...duplicateKeys(value[form].map(place), 'actions', at, form));
      for (const [index, field] of value[form].entries()) {
        problems.push(...arrayProblems(field, ['actions', at, form, index]));
      }
    }
  }
  return problems;
}

function webhookProblems({ webhooks, auth }: Sections): ManifestProblem[] {
  const problems = duplicateKeys(webhooks, 'webhooks');
  const fields = [...new Set(auth.flatMap(({ value }) => value.fields.map(({ key }) => key)))];
  for (const { at, value } of webhooks) {
    for (const [index, secret] of value.secrets.entries()) {
      if (fields.includes(secret)) continue;
      const near = nearest(secret, fields);
      const message = `There is no field “${secret}” in the auth configs of this app.`;
      const hint = near === null ? `They have: ${fields.join(', ') || 'none'}.` : `Did you mean “${near}”?`;
      problems.push(problem(['webhooks', at, 'secrets', index], 'unknown_field', message, { hint }));
    }
    if (
      value.challenge?.from === 'body' &&
      !value.methods.includes('POST') &&
      !value.methods.includes('PUT')
    ) {
      const message = 'A challenge in the body can only come with POST or PUT.';
      problems.push(problem(['webhooks', at, 'challenge', 'from'], 'challenge', message));
    }
  }
  return problems;
}

function authProblems({ auth }: Sections): ManifestProblem[] {
  const problems = duplicateKeys(auth, 'auth');
  for (const { at, value } of auth) {
    problems.push(...duplicateKeys(value.fields.map(place), 'auth', at, 'fields'));
    for (const { path, message, hint } of authTemplateProblems(value)) {
      problems.push(problem(['auth', at, ...path], 'template', message, { hint }));
    }
  }
  return problems;
}

function egressProblems({ egress, auth }: Sections): ManifestProblem[] {
  if (egress === null) return [];
  const problems = auth.flatMap(({ at, value }) => {
    if (value.kind === 'fields' || !/^https?:/.test(value.tokenUrl) || !URL.canParse(value.tokenUrl))
      return [];
    const url = new URL(value.tokenUrl);
    if (isLoopbackName(url.hostname) || egress.hosts.some((host) => matchesHost(host, url))) return [];
    const message = `The host of the token address, “${url.host}”, is not among egress.hosts.`;
    return [
      problem(['auth', at, 'tokenUrl'], 'token_url', message, { hint: `Add ${url.host} to egress.hosts.` }),
    ];
  });
  return [...problems, ...baseUrlProblems(egress)];
}

function baseUrlProblems(egress: Manifest['egress']): ManifestProblem[] {
  if (egress.baseUrl === undefined) return [];
  const base = new URL(egress.baseUrl);
  const path = ['egress', 'baseUrl'];
  if (isLoopbackName(base.hostname)) return [];
  if (base.protocol === 'http:') {
    return [
      problem(path, 'base_url', `“${egress.baseUrl}” would send credentials unencrypted.`, {
        hint: 'Use https.',
      }),
    ];
  }
  if (egress.hosts.some((host) => matchesHost(host, base))) return [];
  return [
    problem(path, 'base_url', `The host of the base address, “${base.host}”, is not among egress.hosts.`, {
      hint: `Add ${base.host} to egress.hosts.`,
    }),
  ];
}

function unknownRecordType(
  path: (string | number)[],
  key: string,
  known: ReadonlySet<unknown>,
): ManifestProblem {
  const names = [...known].filter((name) => typeof name === 'string');
  const near = nearest(key, names);
  const hint = near === null ? `This app has: ${names.join(', ') || 'none'}.` : `Did you mean “${near}”?`;
  return problem(path, 'unknown_record_type', `There is no record type “${key}” in this app.`, { hint });
}

function duplicateKeys(
  entries: readonly Placed<{ key: string }>[],
  ...path: (string | number)[]
): ManifestProblem[] {
  const seen = new Set<string>();
  return entries.flatMap(({ at, value }) => {
    const again = seen.has(value.key);
    seen.add(value.key);
    return again
      ? [problem([...path, at, 'key'], 'duplicate_key', `The key “${value.key}” is used twice.`)]
      : [];
  });
}

function describeIssue(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): ManifestProblem[] {
  const path = [...above, ...issue.path].map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problem([...path, key], 'unknown_key', `There is no “${key}” here.`, { atKey: true }),
    );
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The variant that came closest, so that a bad duration is told as such, not as "neither text nor number".
    const best =
      issue.errors.find((variant) => variant.every((one) => one.code !== 'invalid_type')) ??
      issue.errors[0] ??
      [];
    const described = best.flatMap((one) => describeIssue(one, path));
    if (described.length > 0) return described;
  }
  const isAbsent = issue.input === undefined || issue.input === null;
  if (path.length === 0 && isAbsent) {
    return [
      problem(path, 'missing', 'The manifest is empty.', { hint: 'Begin with key, name and version.' }),
    ];
  }
  if (issue.code === 'invalid_value') return [valueProblem(path, issue)];
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [problem(path, 'missing', `“${String(path.at(-1))}” is missing.`)];
  }
  const given = ['string', 'number', 'boolean'].includes(typeof issue.input)
    ? ` (it is ${JSON.stringify(issue.input)})`
    : '';
  return [problem(path, issue.code, `${capital(issue.message)}${given}.`)];
}

function valueProblem(
  path: readonly (string | number)[],
  issue: z.core.$ZodIssueInvalidValue,
): ManifestProblem {
  const values = issue.values.map((value) => String(value));
  const allowed = values.length === 1 ? values.join('') : `one of ${values.join(', ')}`;
  if (issue.input === undefined) {
    return problem(path, 'missing', `“${String(path.at(-1))}” is missing; it must be ${allowed}.`);
  }
  const near = typeof issue.input === 'string' ? nearest(issue.input, values) : null;
  return problem(path, issue.code, `Must be ${allowed} (it is ${JSON.stringify(issue.input)}).`, {
    ...(near !== null && { hint: `Did you mean “${near}”?` }),
  });
}

function problem(
  path: readonly (string | number)[],
  code: string,
  message: string,
  more: { hint?: string; atKey?: boolean } = {},
): ManifestProblem {
  return { path, code, message, ...more };
}

function place<T>(value: T, at: number): Placed<T> {
  return { at, value };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

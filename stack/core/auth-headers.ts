import type { AuthConfig } from './manifest.ts';

/** What a connecting user filled in, by field key. */
export type AuthValues = Readonly<Record<string, string | boolean>>;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/g;

/**
 * The headers that the broker adds to each request. For the oauth2 kinds, `accessToken` is the token in use.
 * @param base64 of UTF-8 text, given by the caller to keep this free of the platform's own encoders.
 */
export function authHeaders(
  auth: AuthConfig,
  values: AuthValues,
  accessToken: string | null,
  base64: (text: string) => string,
): Record<string, string> {
  const all = accessToken === null ? values : { ...values, accessToken };
  const headers: Record<string, string> = {};
  if (auth.kind === 'fields' && auth.basic !== undefined) {
    headers['Authorization'] =
      `Basic ${base64(`${fill(auth.basic.username, all)}:${fill(auth.basic.password, all)}`)}`;
  }
  for (const [name, template] of Object.entries(auth.headers)) headers[name] = fill(template, all);
  return headers;
}

/** What functions may see: the fields that are not protected. */
export function settingsOf(auth: AuthConfig, values: AuthValues): AuthValues {
  const open = auth.fields.filter((field) => field.kind !== 'protected');
  return Object.fromEntries(
    open.flatMap(({ key }) => {
      const value = values[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Placeholders that name no field. */
export function authTemplateProblems(auth: AuthConfig): { path: string[]; message: string; hint: string }[] {
  const known = new Set(auth.fields.map((field) => field.key));
  if (auth.kind !== 'fields') known.add('accessToken');
  const templates = Object.entries(auth.headers).map(([name, template]) => ({
    path: ['headers', name],
    template,
  }));
  if (auth.kind === 'fields' && auth.basic !== undefined) {
    templates.push(
      { path: ['basic', 'username'], template: auth.basic.username },
      { path: ['basic', 'password'], template: auth.basic.password },
    );
  }
  return templates.flatMap(({ path, template }) =>
    [...template.matchAll(PLACEHOLDER)].flatMap(([, name = '']) =>
      known.has(name)
        ? []
        : [
            {
              path,
              message: `{${name}} names no field.`,
              hint: `Fields here: ${[...known].join(', ') || 'none'}.`,
            },
          ],
    ),
  );
}

/** A header can't hold a line break; one in a value would end it and begin another. */
function fill(template: string, values: AuthValues): string {
  return template
    .replaceAll(PLACEHOLDER, (_, name: string) => String(values[name] ?? ''))
    .replaceAll(/[\r\n]/g, '');
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { MiddleError } from '@middle/core/errors.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { Log } from '@middle/core/log.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress, Queryable, Transaction } from '@middle/store/database.ts';
import type { Library, LibraryPool } from './library.ts';

/** Headers that the answer must carry. */
export type Cookies = readonly string[];

/** What is written in the same transaction as a change of the library's: its line in the audit trail. */
export type Alongside = (db: Queryable) => Promise<void>;

export interface SignIn {
  /** Who the session cookie belongs to, and the cookies that prolong it. Null without a valid one. */
  session(headers: Headers): Promise<{ personId: string; token: string; cookies: Cookies } | null>;
  /** @throws MiddleError sign_in_failed, second_factor_needed */
  withPassword(
    given: { readonly email: string; readonly password: string; readonly code?: string | undefined },
    headers: Headers,
  ): Promise<{ personId: string; cookies: Cookies }>;
  start(personId: string, headers: Headers): Promise<Cookies>;
  end(headers: Headers): Promise<Cookies>;
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
  enrolSecondFactor(
    password: string,
    headers: Headers,
    alongside: Alongside,
  ): Promise<{ uri: string; recoveryCodes: readonly string[] }>;
  verifySecondFactor(code: string, headers: Headers, alongside: Alongside): Promise<Cookies>;
  disableSecondFactor(password: string, headers: Headers, alongside: Alongside): Promise<Cookies>;
  close(): Promise<void>;
}

/** A secret for a link, and the digest that is kept of it. */
export function newLinkToken(): { token: string; digest: Uint8Array } {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: linkDigest(token) };
}

export function linkDigest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** What the library refuses, in the product's codes. What is not here is our own mistake. */
const REFUSALS: Readonly<Record<string, { code: ErrorCode; message: string; hint?: string }>> = {
  INVALID_EMAIL_OR_PASSWORD: {
    code: 'sign_in_failed',
    message: 'the e-mail address or the password is wrong',
  },
  INVALID_PASSWORD: { code: 'sign_in_failed', message: 'the password is wrong' },
  CREDENTIAL_ACCOUNT_NOT_FOUND: {
    code: 'conflict',
    message: 'there is no password yet',
    hint: 'Set a password first.',
  },
  INVALID_CODE: {
    code: 'second_factor_needed',
    message: 'the code is wrong',
    hint: 'Enter the code that the authenticator shows now.',
  },
  INVALID_BACKUP_CODE: { code: 'second_factor_needed', message: 'the recovery code is wrong or used up' },
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: { code: 'too_many_requests', message: 'too many wrong codes' },
  ACCOUNT_TEMPORARILY_LOCKED: {
    code: 'too_many_requests',
    message: 'too many wrong codes',
    hint: 'Wait 15 minutes.',
  },
  TOTP_ALREADY_ENABLED: { code: 'conflict', message: 'the second factor is on already' },
  TOTP_NOT_ENABLED: { code: 'conflict', message: 'no second factor has been begun' },
  TWO_FACTOR_NOT_ENABLED: { code: 'conflict', message: 'the second factor is not on' },
  INVALID_TWO_FACTOR_COOKIE: { code: 'not_signed_in', message: 'the session has ended' },
  UNAUTHORIZED: { code: 'not_signed_in', message: 'the session has ended' },
};

async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const refusal = REFUSALS[refusalCode(error)];
    if (refusal === undefined) throw error;
    const { hint } = refusal;
    throw new MiddleError(refusal.code, refusal.message, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function refusalCode(error: unknown): string {
  if (!(error instanceof Error) || !('body' in error)) return '';
  const { body } = error;
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
}

interface SignInOptions {
  readonly database: DatabaseAddress;
  readonly keys: Keys;
  readonly publicUrl: string;
  readonly log: Log;
}

export function openSignIn(options: SignInOptions): SignIn {
  const { library, change, close } = lazyLibrary(options);
  return {
    async session(headers) {
      const { api } = await library();
      const { response, headers: answer } = await api.getSession({ headers, returnHeaders: true });
      if (response === null) return null;
      return { personId: response.user.id, token: response.session.token, cookies: answer.getSetCookie() };
    },
    async withPassword(given, headers) {
      return withPassword(await library(), given, headers);
    },
    async start(personId, headers) {
      const { api } = await library();
      const { headers: answer } = await api.startSession({
        body: { personId },
        headers,
        returnHeaders: true,
      });
      return answer.getSetCookie();
    },
    async end(headers) {
      const { api } = await library();
      const { headers: answer } = await api.signOut({ headers, returnHeaders: true });
      return answer.getSetCookie();
    },
    async hash(password) {
      const { $context } = await library();
      return (await $context).password.hash(password);
    },
    async verify(hash, password) {
      const { $context } = await library();
      return (await $context).password.verify({ hash, password });
    },
    async enrolSecondFactor(password, headers, alongside) {
      const enrolment = await change(
        ({ api }) => api.enableTwoFactor({ body: { password }, headers }),
        alongside,
      );
      if (enrolment.method !== 'totp')
        throw new TypeError('not the kind of second factor that was asked for');
      return { uri: enrolment.totpURI, recoveryCodes: enrolment.backupCodes };
    },
    async verifySecondFactor(code, headers, alongside) {
      const { headers: answer } = await change(
        ({ api }) => api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
        alongside,
      );
      return answer.getSetCookie();
    },
    async disableSecondFactor(password, headers, alongside) {
      const { headers: answer } = await change(
        ({ api }) => api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
        alongside,
      );
      return answer.getSetCookie();
    },
    close,
  };
}

interface LazyLibrary {
  readonly library: () => Promise<Library>;
  /** Makes a change through the library in one transaction with what is written alongside. */
  readonly change: <T>(work: (library: Library) => Promise<T>, alongside: Alongside) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** The library and its connections, once somebody needs them. */
function lazyLibrary(options: SignInOptions): LazyLibrary {
  const underWay = new AsyncLocalStorage<Transaction>();
  let opening: Promise<{ library: Library; database: Database }> | null = null;
  const open = async (): Promise<{ library: Library; database: Database }> => {
    const { createLibrary } = await import('./library.ts');
    const secret = Buffer.from(await options.keys.derive('sign-in')).toString('hex');
    // The library's statements name no schema, so it has connections of its own that find the one of sign-in.
    const database = openDatabase(options.database, {
      max: 2,
      options: '-c search_path=auth -c statement_timeout=10000',
    });
    const library = createLibrary({
      pool: poolWithin(database, underWay),
      secret,
      publicUrl: options.publicUrl,
      warn: (message) => options.log({ level: 'warn', code: 'sign_in.library', message }),
    });
    return { library, database };
  };
  return {
    async library() {
      return (await (opening ??= open())).library;
    },
    async change(work, alongside) {
      const { library, database } = await (opening ??= open());
      // A refusal rolls back, and loses nothing: the library counts wrong codes at sign-in only, which is not done here.
      return database.transaction((client) =>
        underWay.run(client, async () => {
          const done = await refusing(work(library));
          await alongside(client);
          return done;
        }),
      );
    },
    async close() {
      await (await opening)?.database.close();
    },
  };
}

/**
 * The library asks for a connection for each of its statements, and opens no transaction for the changes we ask of it.
 * While one of ours is under way it gets that one's connection.
 */
function poolWithin(database: Database, underWay: AsyncLocalStorage<Transaction>): LibraryPool {
  return {
    async connect() {
      const client = underWay.getStore();
      if (client === undefined) return database.pool.connect();
      // The transaction gives the connection back, at its end.
      return { query: client.query.bind<PoolClient['query']>(client), release: () => {} };
    },
    end: () => database.close(),
  };
}

async function withPassword(
  { api }: Library,
  {
    email,
    password,
    code,
  }: { readonly email: string; readonly password: string; readonly code?: string | undefined },
  headers: Headers,
): Promise<{ personId: string; cookies: Cookies }> {
  const first = await refusing(api.signInEmail({ body: { email, password }, headers, returnHeaders: true }));
  if (!('twoFactorRedirect' in first.response)) {
    return { personId: first.response.user.id, cookies: first.headers.getSetCookie() };
  }
  if (code === undefined) {
    throw new MiddleError('second_factor_needed', 'a code of the second factor is needed', {
      hint: 'Enter the code of the authenticator, or a recovery code.',
    });
  }
  const proven = new Headers(headers);
  proven.set('cookie', cookieHeader(first.headers.getSetCookie()));
  const call = { body: { code }, headers: proven, returnHeaders: true } as const;
  const second = await refusing(/^\d{6}$/.test(code) ? api.verifyTOTP(call) : api.verifyBackupCode(call));
  return { personId: second.response.user.id, cookies: second.headers.getSetCookie() };
}

/** What a browser would send back after these Set-Cookie headers; the ones that expire a cookie are left out. */
function cookieHeader(setCookies: Cookies): string {
  return setCookies
    .filter((cookie) => !/;\s*max-age=0\b/i.test(cookie))
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

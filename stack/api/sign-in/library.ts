import { betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { PoolClient } from 'pg';
import { z } from 'zod';

/** Sessions last a week, and are prolonged once a day while they are used. */
const SESSION_SECONDS = { life: 7 * 86_400, prolong: 86_400 };

/** Where the library takes its connections from. */
export interface LibraryPool {
  connect(): Promise<Pick<PoolClient, 'query' | 'release'>>;
  end(): Promise<void>;
}

/**
 * The sign-in library with our choices. It is imported when somebody first comes with a cookie or a password, since it
 * costs more memory than all the rest of the API.
 */
export function createLibrary(options: {
  readonly pool: LibraryPool;
  readonly secret: string;
  readonly publicUrl: string;
  readonly warn: (message: string) => void;
}) {
  return betterAuth({
    appName: 'Middle',
    baseURL: options.publicUrl,
    basePath: '/api/v1',
    secret: options.secret,
    database: options.pool,
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    session: { expiresIn: SESSION_SECONDS.life, updateAge: SESSION_SECONDS.prolong },
    // Requests come through our own endpoints, which limit their rate and check their origin.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (_level, message) => options.warn(message) },
    advanced: {
      database: { generateId: false },
      cookiePrefix: 'middle',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    plugins: [twoFactor({ issuer: 'Middle' }), sessions()],
  });
}

export type Library = ReturnType<typeof createLibrary>;

/** A session for a person whom one of our own links has proven. Called by us only: it has no route. */
function sessions() {
  return {
    id: 'middle-sessions',
    endpoints: {
      startSession: createAuthEndpoint(
        '/middle/start-session',
        { method: 'POST', body: z.object({ personId: z.string() }), metadata: { SERVER_ONLY: true } },
        async (ctx) => {
          const { internalAdapter } = ctx.context;
          const user = await internalAdapter.findUserById(ctx.body.personId);
          if (user === null) throw new TypeError('the person is gone');
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ token: session.token });
        },
      ),
    },
  };
}

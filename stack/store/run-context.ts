import sql from 'sql-template-tag';
import type { Manifest } from '@middle/core/manifest.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

/** What a connection's functions and its tokens need: its app's version, its limits and its sealed credentials. */
export interface ConnectionContext {
  readonly connectionId: string;
  readonly appKey: string;
  readonly versionId: string;
  readonly manifest: Manifest;
  readonly approvedHosts: readonly string[];
  readonly baseUrl: string | null;
  readonly developmentHosts: readonly string[];
  readonly rate: { readonly requests: number; readonly perSeconds: number } | null;
  /** Set for the connection or in the manifest; null: neither. */
  readonly functionsAtOnce: number | null;
  readonly authConfig: string | null;
  readonly credentials: Uint8Array | null;
  readonly appCredentialId: string | null;
  readonly appCredential: Uint8Array | null;
  readonly token: Uint8Array | null;
  readonly tokenExpiresAt: Date | null;
  /** Who renews the token now. */
  readonly tokenRenewal: string | null;
  /** The token was renewed a moment ago: a rejection may still be of the one before. */
  readonly tokenIsNew: boolean;
  /** Why a person has to look at the connection. */
  readonly attention: string | null;
}

const NEW_SECONDS = 10;

export async function readConnectionContext(db: Queryable, connectionId: string): Promise<ConnectionContext> {
  const { rows } = await db.query<ConnectionContext>(sql`
    select c.id as "connectionId", a.key as "appKey", v.id as "versionId", v.manifest,
      v.approved_hosts as "approvedHosts", c.base_url as "baseUrl", c.development_hosts as "developmentHosts",
      case when c.rate_requests is not null
        then jsonb_build_object('requests', c.rate_requests, 'perSeconds', c.rate_per_seconds) end as rate,
      coalesce(c.functions_at_once, (v.manifest ->> 'functionsAtOnce')::integer) as "functionsAtOnce",
      c.auth_config as "authConfig", c.credentials, k.id as "appCredentialId", k.payload as "appCredential", c.token,
      c.token_expires_at as "tokenExpiresAt", c.token_renewal as "tokenRenewal",
      coalesce(c.token_renewed_at > now() - make_interval(secs => ${NEW_SECONDS}), false) as "tokenIsNew",
      c.attention
    from middle.connection c
    join middle.app a on a.id = c.app_id
    join middle.app_version v on v.id = c.app_version_id
    left join middle.app_credential k on k.id = c.app_credential_id
    where c.id = ${connectionId}`);
  return only(rows);
}

export interface Bundle {
  readonly engine: 'javascript' | 'python';
  readonly digest: string;
  readonly code: string;
}

/** Null when the version has no such function. */
export async function readBundle(
  db: Queryable,
  versionId: string,
  functionKey: string,
): Promise<Bundle | null> {
  const { rows } = await db.query<Bundle>(sql`
    select engine, digest, code from middle.function_bundle
    where app_version_id = ${versionId} and function_key = ${functionKey}`);
  return rows[0] ?? null;
}

/** Why a person has to look at a connection; null when all is well. */
export async function setAttention(
  db: Queryable,
  connectionId: string,
  attention: string | null,
): Promise<void> {
  await db.query(sql`
    update middle.connection set attention = ${attention},
      attention_at = case when ${attention}::text is not null then now() end
    where id = ${connectionId} and (attention is not null or ${attention}::text is not null)`);
}

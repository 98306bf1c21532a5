-- breaking: no
-- People, their sessions and second factors. The tables "user", session, account, verification and "twoFactor" have
-- the names and columns that the sign-in library (better-auth) expects; membership and link are ours.

create schema auth;

create table auth."user" (
  id uuid primary key default uuidv7(),
  name text not null,
  email text not null unique, -- ends with .invalid until the first owner has given one
  "emailVerified" boolean not null default false,
  image text,
  role text not null default 'member' check (role in ('owner', 'developer', 'developer_read_only', 'member')),
  "twoFactorEnabled" boolean not null default false,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);

create table auth.session (
  id uuid primary key default uuidv7(),
  token text not null unique,
  "userId" uuid not null references auth."user" on delete cascade,
  "ipAddress" text,
  "userAgent" text,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index session_by_user on auth.session ("userId");

create table auth.account (
  id uuid primary key default uuidv7(),
  "accountId" text not null,
  "providerId" text not null,
  "userId" uuid not null references auth."user" on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text, -- a scrypt hash
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index account_user on auth.account ("userId");

create table auth.verification (
  id uuid primary key default uuidv7(),
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_identifier on auth.verification (identifier);

create table auth."twoFactor" (
  id uuid primary key default uuidv7(),
  secret text not null, -- encrypted by the library
  "backupCodes" text not null, -- encrypted by the library
  "userId" uuid not null references auth."user" on delete cascade,
  verified boolean not null default true,
  "failedVerificationCount" integer not null default 0,
  "lockedUntil" timestamptz
);
create index two_factor_user on auth."twoFactor" ("userId");

-- A person's role in an account. An owner needs none.
create table auth.membership (
  person_id uuid not null references auth."user" on delete cascade,
  account_id uuid not null references middle.account on delete cascade,
  role text not null check (role in ('full', 'read_only')),
  primary key (person_id, account_id)
);
create index membership_account on auth.membership (account_id);

-- One-time links: to sign in, or to accept an invitation. Only a digest of the secret part is kept.
create table auth.link (
  id uuid primary key default uuidv7(),
  purpose text not null check (purpose in ('sign_in', 'invitation')),
  token_digest bytea not null unique, -- SHA-256
  person_id uuid references auth."user" on delete cascade, -- sign_in
  email text, -- invitation, and the three columns after it
  role text check (role in ('owner', 'developer', 'developer_read_only', 'member')),
  memberships jsonb,
  invited_by text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create unique index link_invitation on auth.link (email) where purpose = 'invitation';

grant usage on schema auth to middle_api;
grant select, insert, update, delete on all tables in schema auth to middle_api;

create index audit_event_account on middle.audit_event (account_id, id desc) where account_id is not null;

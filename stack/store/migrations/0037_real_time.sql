-- breaking: no
-- The real-time API: keys of accounts, workflows exposed as endpoints, calls that may be repeated.

-- A key is a name with rights; what its holder sends is one of its secrets. Rotating gives it another secret and lets
-- those before it go on for a while.
create table middle.api_key (
  id uuid primary key default uuidv7(),
  account_id uuid not null references middle.account on delete cascade,
  name text not null,
  workflow_ids uuid[], -- those it may call; null: every endpoint of the account
  per_minute integer not null check (per_minute between 1 and 60000), -- calls
  expires_at timestamptz, -- null: never
  revoked_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz -- to the minute
);
create unique index api_key_name on middle.api_key (account_id, name) where revoked_at is null;

create table middle.api_key_secret (
  prefix text primary key, -- shown, so that people recognise it; the secret is found by it
  api_key_id uuid not null references middle.api_key on delete cascade,
  hash bytea not null, -- SHA-256 of the whole secret, which is 256 random bits: nothing to guess, so nothing to slow down
  created_at timestamptz not null default now(),
  valid_until timestamptz -- null: as long as its key
);
create index api_key_secret_key on middle.api_key_secret (api_key_id);

create table middle.workflow_endpoint (
  workflow_id uuid primary key references middle.workflow on delete cascade,
  account_id uuid not null references middle.account on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  mode text not null check (mode in ('sync', 'async')),
  time_limit_seconds integer not null check (time_limit_seconds between 1 and 300), -- sync: how long a caller waits
  created_at timestamptz not null default now(),
  unique (account_id, name)
);

-- A call that named an idempotency key: the same again finds its execution instead of starting another one.
create table middle.api_call (
  api_key_id uuid not null references middle.api_key on delete cascade,
  idempotency_key text collate "C" not null,
  digest bytea not null, -- HMAC-SHA256 of the endpoint and the body, by a key of the stack: bodies may hold secrets
  execution_id uuid not null,
  called_at timestamptz not null default now(),
  primary key (api_key_id, idempotency_key)
);
create index api_call_age on middle.api_call (called_at);

grant select on middle.api_key, middle.api_key_secret, middle.workflow_endpoint, middle.api_call
  to middle_api, middle_worker;
grant insert, update, delete on middle.api_key, middle.api_key_secret, middle.workflow_endpoint to middle_api;
grant insert on middle.api_call to middle_api;
grant delete on middle.api_call to middle_worker;

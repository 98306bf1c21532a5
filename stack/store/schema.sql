-- Generated from a migrated database by `npm run schema`. Change it with a new migration, never by hand.

-- Schemas

create schema auth;
create schema logs;
create schema middle;
create schema migration;
create schema queue;

-- Tables

create table auth."twoFactor" (
  id uuid not null default uuidv7(),
  secret text not null,
  "backupCodes" text not null,
  "userId" uuid not null,
  verified boolean not null default true,
  "failedVerificationCount" integer not null default 0,
  "lockedUntil" timestamp with time zone
);
create table auth."user" (
  id uuid not null default uuidv7(),
  name text not null,
  email text not null,
  "emailVerified" boolean not null default false,
  image text,
  role text not null default 'member'::text,
  "twoFactorEnabled" boolean not null default false,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now()
);
create table auth.account (
  id uuid not null default uuidv7(),
  "accountId" text not null,
  "providerId" text not null,
  "userId" uuid not null,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  password text,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now()
);
create table auth.link (
  id uuid not null default uuidv7(),
  purpose text not null,
  token_digest bytea not null,
  person_id uuid,
  email text,
  role text,
  memberships jsonb,
  invited_by text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null
);
create table auth.membership (
  person_id uuid not null,
  account_id uuid not null,
  role text not null
);
create table auth.session (
  id uuid not null default uuidv7(),
  token text not null,
  "userId" uuid not null,
  "ipAddress" text,
  "userAgent" text,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now()
);
create table auth.verification (
  id uuid not null default uuidv7(),
  identifier text not null,
  value text not null,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now()
);
create table logs.entry (
  invocation uuid not null,
  sequence integer not null,
  line integer not null,
  app text not null,
  at timestamp with time zone not null,
  level text not null,
  text text not null
) partition by range (invocation);
create table middle.account (
  id uuid not null default uuidv7(),
  key text not null,
  name text not null,
  enabled boolean not null default true,
  created_at timestamp with time zone not null default now()
);
create table middle.again_run (
  job_id uuid not null,
  after_id uuid,
  is_read boolean not null default false,
  looked_at bigint not null default 0,
  begun bigint not null default 0,
  skipped jsonb not null default '{}'::jsonb,
  began_at timestamp with time zone not null default clock_timestamp()
);
create table middle.alert (
  id uuid not null default uuidv7(),
  kind text not null,
  subject text not null,
  message text not null,
  data jsonb not null default '{}'::jsonb,
  raised_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  cleared_at timestamp with time zone,
  account_id uuid,
  occurrences bigint not null default 1,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  snoozed_until timestamp with time zone
);
create table middle.alert_channel (
  id uuid not null default uuidv7(),
  account_id uuid,
  name text not null,
  kind text not null,
  enabled boolean not null default true,
  kinds text[],
  every_account boolean not null default false,
  people uuid[] not null default '{}'::uuid[],
  addresses text[] not null default '{}'::text[],
  url text,
  secret bytea,
  private_addresses boolean not null default false,
  group_seconds integer not null,
  per_hour integer not null,
  held_since timestamp with time zone,
  created_by text not null,
  created_at timestamp with time zone not null default now()
);
create table middle.alert_message (
  id uuid not null,
  channel_id uuid not null,
  alert_ids uuid[] not null,
  content jsonb not null,
  state text not null default 'waiting'::text,
  made_at timestamp with time zone not null,
  attempts integer not null default 0,
  next_at timestamp with time zone not null,
  fence bigint not null default 0,
  settled_at timestamp with time zone,
  error text
);
create table middle.alert_rule (
  account_id uuid,
  kind text not null,
  enabled boolean not null,
  thresholds jsonb not null default '{}'::jsonb
);
create table middle.alert_told (
  channel_id uuid not null,
  alert_id uuid not null,
  at timestamp with time zone not null,
  reminders integer not null,
  is_over boolean not null
);
create table middle.api_call (
  api_key_id uuid not null,
  idempotency_key text collate "C" not null,
  digest bytea not null,
  execution_id uuid not null,
  called_at timestamp with time zone not null default now()
);
create table middle.api_key (
  id uuid not null default uuidv7(),
  account_id uuid not null,
  name text not null,
  workflow_ids uuid[],
  per_minute integer not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone
);
create table middle.api_key_secret (
  prefix text not null,
  api_key_id uuid not null,
  hash bytea not null,
  created_at timestamp with time zone not null default now(),
  valid_until timestamp with time zone
);
create table middle.app (
  id uuid not null default uuidv7(),
  key text not null,
  name text not null,
  notes text not null default ''::text,
  icon_color text not null default '#5b6ee1'::text,
  visibility text not null default 'public'::text,
  allowed_accounts uuid[] not null default '{}'::uuid[],
  created_at timestamp with time zone not null default now()
);
create table middle.app_credential (
  id uuid not null default uuidv7(),
  app_id uuid not null,
  name text not null,
  description text not null default ''::text,
  payload bytea not null,
  is_default boolean not null default false,
  allowed_accounts uuid[] not null default '{}'::uuid[],
  created_at timestamp with time zone not null default now()
);
create table middle.app_file (
  app_version_id uuid not null,
  path text not null,
  content bytea not null
);
create table middle.app_version (
  id uuid not null default uuidv7(),
  app_id uuid not null,
  version text not null,
  state text not null default 'draft'::text,
  manifest jsonb not null,
  digest text not null,
  approved_hosts text[] not null default '{}'::text[],
  pushed_by text not null,
  pushed_at timestamp with time zone not null default now(),
  switched_on_at timestamp with time zone
);
create table middle.applied_message (
  invocation_id uuid not null,
  sequence integer not null,
  cursor jsonb,
  has_cursor boolean not null default false,
  applied_at timestamp with time zone not null default now()
) partition by range (invocation_id);
create table middle.audit_event (
  id uuid not null default uuidv7(),
  actor text not null,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  account_id uuid,
  detail jsonb not null default '{}'::jsonb,
  request_id text
);
create table middle.balance (
  subject text not null,
  app_id uuid,
  connection_id uuid,
  counters jsonb not null,
  differences jsonb not null,
  checked_at timestamp with time zone not null,
  workflow_id uuid
);
create table middle.bulk_run (
  execution_id uuid not null,
  place text not null,
  workflow_id uuid not null,
  version integer not null,
  record_set_id integer not null,
  at_once integer not null,
  after_id text collate "C" not null default ''::text,
  is_read boolean not null default false,
  looked_at bigint not null default 0,
  begun bigint not null default 0,
  succeeded bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  total bigint,
  began_at timestamp with time zone not null default clock_timestamp()
);
create table middle.change_batch (
  xact xid8 not null default pg_current_xact_id(),
  "position" bigint not null generated always as identity,
  record_set_id integer not null,
  invocation_id uuid not null,
  created_ids text[] not null,
  updated_ids text[] not null,
  deleted_ids text[] not null,
  at timestamp with time zone not null default now(),
  updated_versions integer[] not null default '{}'::integer[]
);
create table middle.change_consumer (
  name text not null,
  xact xid8 not null default '0'::xid8,
  "position" bigint not null default 0,
  fence bigint not null default 0,
  owner text,
  lease_until timestamp with time zone
);
create table middle.connection (
  id uuid not null default uuidv7(),
  account_id uuid not null,
  app_id uuid not null,
  app_version_id uuid not null,
  app_credential_id uuid,
  name text not null,
  enabled boolean not null default true,
  auth_config text,
  credentials bytea,
  token bytea,
  token_expires_at timestamp with time zone,
  attention text,
  base_url text,
  development_hosts text[] not null default '{}'::text[],
  rate_requests integer,
  rate_per_seconds integer,
  created_at timestamp with time zone not null default now(),
  attention_at timestamp with time zone,
  token_renewal uuid,
  token_renewal_until timestamp with time zone,
  token_renewed_at timestamp with time zone,
  functions_at_once integer
);
create table middle.execution (
  id uuid not null,
  account_id uuid not null,
  workflow_id uuid not null,
  version integer not null,
  state text not null,
  cause text not null,
  started_by text,
  trigger_id uuid,
  parent_id uuid,
  parent_place text,
  again_of uuid,
  again_from text,
  record_set_id integer,
  record_id text collate "C",
  record_version integer,
  input jsonb not null,
  sealed bytea,
  output jsonb,
  error jsonb,
  ended_in text,
  queued_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone not null default clock_timestamp(),
  restarts integer not null,
  steps integer not null,
  cancelled_by text,
  variables bytea
) partition by range (id);
create table middle.execution_batch (
  xact xid8 not null default pg_current_xact_id(),
  "position" bigint not null generated always as identity,
  ids uuid[] not null,
  at timestamp with time zone not null default now()
);
create table middle.execution_book (
  account_id uuid not null,
  workflow_id uuid not null,
  day date not null,
  trigger_id uuid,
  started bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  cancelled bigint not null,
  expired bigint not null,
  moved_at timestamp with time zone not null default now()
);
create table middle.execution_consumer (
  name text not null,
  xact xid8 not null default '0'::xid8,
  "position" bigint not null default 0
);
create table middle.execution_open (
  id uuid not null default uuidv7(),
  account_id uuid not null,
  workflow_id uuid not null,
  version integer not null,
  cause text not null,
  started_by text,
  trigger_id uuid,
  parent_id uuid,
  parent_place text,
  again_of uuid,
  again_from text,
  record_set_id integer,
  record_id text collate "C",
  record_version integer,
  input jsonb not null,
  sealed bytea,
  queued_at timestamp with time zone not null default clock_timestamp(),
  state text not null default 'ready'::text,
  priority smallint not null default 0,
  next_at timestamp with time zone not null default clock_timestamp(),
  fence bigint not null default 0,
  executor text,
  started_at timestamp with time zone,
  restarts integer not null default 0,
  cancel_requested_at timestamp with time zone,
  cancelled_by text,
  variables bytea
);
create table middle.execution_statistic (
  account_id uuid not null,
  workflow_id uuid,
  resolution text not null,
  at timestamp with time zone not null,
  succeeded integer not null,
  failed integer not null,
  cancelled integer not null,
  ran jsonb not null,
  waited jsonb not null
);
create table middle.execution_tally (
  account_id uuid not null,
  workflow_id uuid not null,
  trigger_id uuid,
  day date not null,
  started integer not null default 0,
  succeeded integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  expired integer not null default 0
);
create table middle.execution_text (
  id uuid not null,
  account_id uuid not null,
  workflow_id uuid not null,
  words tsvector not null
) partition by range (id);
create table middle.execution_wait (
  execution_id uuid not null,
  record_set_id integer not null,
  record_id text collate "C" not null,
  changed boolean not null default false
);
create table middle.executor (
  name text not null,
  lease_until timestamp with time zone not null
);
create table middle.export_file (
  id uuid not null,
  account_id uuid not null,
  execution_id uuid not null,
  place text not null,
  name text not null,
  content_type text not null,
  total bigint,
  looked_at bigint not null default 0,
  row_count bigint not null default 0,
  bytes bigint,
  sha256 text,
  began_at timestamp with time zone not null default clock_timestamp(),
  stored_at timestamp with time zone,
  expires_at timestamp with time zone not null
);
create table middle.function_bundle (
  app_version_id uuid not null,
  function_key text not null,
  kind text not null,
  engine text not null,
  digest text not null,
  code text not null
);
create table middle.heartbeat (
  part text not null,
  at timestamp with time zone not null,
  detail jsonb not null default '{}'::jsonb
);
create table middle.invalid_record (
  id uuid not null default uuidv7(),
  record_set_id integer,
  connection_id uuid not null,
  record_type text not null,
  record_id text,
  invocation_id uuid not null,
  sync_run_id uuid,
  origin_started_at timestamp with time zone not null,
  origin_sequence bigint not null,
  data jsonb,
  raw text,
  problems jsonb not null,
  state text not null default 'open'::text,
  created_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone
);
create table middle.invocation (
  id uuid not null default uuidv7(),
  sync_run_id uuid,
  connection_id uuid not null,
  app_id uuid not null,
  app_version_id uuid not null,
  function_key text not null,
  kind text not null,
  attempt integer not null default 1,
  state text not null default 'running'::text,
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  worker text,
  started_at timestamp with time zone not null default date_trunc('milliseconds'::text, clock_timestamp()),
  ended_at timestamp with time zone,
  outcome text,
  error jsonb,
  result jsonb,
  final_sequence integer,
  applied_messages integer not null default 0,
  applied_records integer not null default 0,
  sent_records integer,
  bytes bigint not null default 0,
  start_kind text,
  duration_ms integer,
  webhook_request_id uuid
) partition by range (id);
create table middle.job (
  id uuid not null default uuidv7(),
  kind text not null,
  subject text not null default ''::text,
  input jsonb not null default '{}'::jsonb,
  state text not null default 'queued'::text,
  attempts integer not null default 0,
  max_attempts integer not null default 3,
  next_attempt_at timestamp with time zone not null default now(),
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  worker text,
  progress jsonb,
  result jsonb,
  error jsonb,
  cancel_requested_at timestamp with time zone,
  requested_by text not null,
  queued_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  ended_at timestamp with time zone
);
create table middle.lookup_request (
  record_set_id integer not null,
  record_id text not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  next_at timestamp with time zone not null default now(),
  sync_run_id uuid,
  reason text,
  requested_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone
);
create table middle.module (
  id uuid not null default uuidv7(),
  key text not null,
  title text not null,
  description text not null default ''::text,
  version integer not null,
  template jsonb,
  created_at timestamp with time zone not null default now()
);
create table middle.module_opt_in (
  id uuid not null default uuidv7(),
  account_id uuid not null,
  module_id uuid not null,
  version integer not null,
  features text[] not null,
  bindings jsonb not null default '{}'::jsonb,
  variables jsonb not null default '{}'::jsonb,
  triggers_on boolean not null,
  chosen_by text not null,
  chosen_at timestamp with time zone not null default now(),
  applied_at timestamp with time zone not null default now(),
  problem jsonb,
  problem_version integer,
  problem_at timestamp with time zone
);
create table middle.module_version (
  module_id uuid not null,
  version integer not null,
  content jsonb not null,
  notes text not null default ''::text,
  published_by text not null,
  published_at timestamp with time zone not null default now()
);
create table middle.record (
  record_set_id integer not null,
  id text collate "C" not null,
  version integer not null default 1,
  digest bytea not null,
  data jsonb not null,
  origin_started_at timestamp with time zone not null,
  origin_sequence bigint not null,
  invocation_id uuid not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  last_used_at timestamp with time zone
) partition by list (record_set_id);
create table middle.record_set (
  id integer not null generated always as identity,
  connection_id uuid not null,
  record_type text not null,
  definition jsonb not null,
  "position" integer not null default 0,
  retention_days integer
);
create table middle.record_version (
  record_set_id integer not null,
  id text collate "C" not null,
  version integer not null,
  data jsonb not null,
  invocation_id uuid not null,
  deleted_at timestamp with time zone,
  valid_from timestamp with time zone not null,
  replaced_at timestamp with time zone not null
) partition by range (replaced_at);
create table middle.setting (
  key text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now()
);
create table middle.step_run (
  execution_id uuid not null,
  sequence integer not null,
  place text not null,
  kind text not null,
  state text not null,
  branch text,
  attempts smallint not null default 1,
  input jsonb,
  output jsonb,
  sealed bytea,
  error jsonb,
  tried jsonb,
  invocation_id uuid,
  reused boolean not null default false,
  queued_at timestamp with time zone not null,
  started_at timestamp with time zone not null,
  ran_at timestamp with time zone,
  stored_at timestamp with time zone not null default clock_timestamp()
) partition by range (execution_id);
create table middle.sync (
  id uuid not null default uuidv7(),
  record_set_id integer not null,
  kind text not null,
  function_key text not null,
  enabled boolean not null default false,
  every_seconds integer,
  overlap_seconds integer not null default 0,
  catch_up jsonb,
  mark_deleted boolean not null default false,
  stall_seconds integer not null default 300,
  next_tick_at timestamp with time zone,
  covered_until timestamp with time zone,
  ticks_since_success integer not null default 0,
  succeeded_at timestamp with time zone
);
create table middle.sync_run (
  id uuid not null default uuidv7(),
  sync_id uuid not null,
  record_set_id integer not null,
  connection_id uuid not null,
  kind text not null,
  cause text not null,
  started_by text,
  input jsonb not null,
  state text not null default 'queued'::text,
  attempts integer not null default 0,
  max_attempts integer not null default 5,
  next_attempt_at timestamp with time zone not null default now(),
  cursor jsonb,
  progress jsonb,
  progressed_at timestamp with time zone not null default now(),
  cancel_requested_at timestamp with time zone,
  queued_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0,
  invalid integer not null default 0,
  deleted integer not null default 0,
  bytes bigint not null default 0,
  error jsonb,
  warning text
);
create table middle.sync_tick (
  sync_id uuid not null,
  cause text not null,
  tick timestamp with time zone not null,
  sync_run_id uuid not null
);
create table middle.transfer_seen (
  sync_run_id uuid not null,
  invocation_id uuid not null,
  sequence integer not null,
  id_hashes bytea not null
);
create table middle.trigger (
  id uuid not null default uuidv7(),
  workflow_id uuid not null,
  name text not null,
  kind text not null,
  enabled boolean not null default false,
  record_set_id integer,
  events text[] not null default '{}'::text[],
  schedule jsonb,
  next_tick_at timestamp with time zone,
  input jsonb not null default '{}'::jsonb,
  discard text,
  requeue text,
  requeue_seconds integer not null default 60,
  requeue_attempts integer not null default 10,
  created_at timestamp with time zone not null default now(),
  enabled_since timestamp with time zone,
  module_trigger text
);
create table middle.trigger_backlog (
  record_set_id integer not null,
  xact xid8 not null,
  "position" bigint not null,
  invocation_id uuid not null,
  created_ids text[] not null,
  updated_ids text[] not null,
  updated_versions integer[] not null,
  at timestamp with time zone not null,
  done integer not null default 0
);
create table middle.trigger_count (
  trigger_id uuid not null,
  hour timestamp with time zone not null,
  started integer not null default 0,
  discarded integer not null default 0,
  requeued integer not null default 0,
  gave_up integer not null default 0,
  failed integer not null default 0
);
create table middle.trigger_requeue (
  id uuid not null default uuidv7(),
  trigger_id uuid not null,
  record_set_id integer not null,
  record_id text collate "C" not null,
  record_version integer not null,
  event text not null,
  attempts integer not null default 0,
  next_at timestamp with time zone not null,
  state text not null default 'waiting'::text,
  reason text,
  changed_at timestamp with time zone not null default now()
);
create table middle.trigger_tick (
  trigger_id uuid not null,
  tick timestamp with time zone not null,
  execution_id uuid
);
create table middle.webhook_address (
  connection_id uuid not null,
  generation integer not null,
  previous_until timestamp with time zone not null
);
create table middle.webhook_count (
  connection_id uuid not null,
  webhook text not null,
  hour timestamp with time zone not null,
  processed integer not null default 0,
  refused integer not null default 0,
  dead integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0,
  invalid integer not null default 0
);
create table middle.webhook_request (
  id uuid not null default uuidv7(),
  connection_id uuid not null,
  webhook text not null,
  method text not null,
  bytes integer not null,
  sealed bytea not null,
  received_at timestamp with time zone not null default clock_timestamp(),
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  restarts integer not null default 0,
  next_at timestamp with time zone not null default clock_timestamp(),
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  invocation_id uuid,
  settled_at timestamp with time zone,
  error jsonb,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0,
  invalid integer not null default 0
);
create table middle.workflow (
  id uuid not null default uuidv7(),
  account_id uuid not null,
  name text not null,
  notes text not null default ''::text,
  enabled boolean not null default true,
  draft jsonb not null default '{"steps": []}'::jsonb,
  draft_revision integer not null default 1,
  draft_saved_by text not null,
  draft_saved_at timestamp with time zone not null default now(),
  version integer,
  bindings jsonb not null default '{}'::jsonb,
  at_once integer,
  priority smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  opt_in_id uuid,
  module_workflow text,
  finishes boolean not null default false
);
create table middle.workflow_endpoint (
  workflow_id uuid not null,
  account_id uuid not null,
  name text not null,
  mode text not null,
  time_limit_seconds integer not null,
  created_at timestamp with time zone not null default now()
);
create table middle.workflow_failure (
  workflow_id uuid not null,
  failures bigint not null,
  failed_at timestamp with time zone not null,
  execution_id uuid not null,
  error jsonb,
  succeeded_at timestamp with time zone
);
create table middle.workflow_failure_minute (
  workflow_id uuid not null,
  minute timestamp with time zone not null,
  failures integer not null
);
create table middle.workflow_version (
  workflow_id uuid not null,
  version integer not null,
  definition jsonb not null,
  notes text not null default ''::text,
  published_by text not null,
  published_at timestamp with time zone not null default now()
);
create table migration.applied (
  set text not null,
  name text not null,
  breaking boolean not null,
  digest text not null,
  applied_at timestamp with time zone not null default now()
);
create table queue.dead_letter (
  id bigint not null,
  app text not null,
  body bytea not null,
  sent_at timestamp with time zone not null,
  receive_count integer not null,
  reason_code text not null,
  reason_message text not null,
  died_at timestamp with time zone not null
);
create table queue.message (
  id bigint not null generated always as identity,
  app text not null,
  body bytea not null,
  sent_at timestamp with time zone not null,
  visible_at timestamp with time zone not null,
  receive_count integer not null default 0,
  receipt uuid
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.0, autovacuum_vacuum_threshold=1000);
create table queue.queue (
  app text not null,
  created_at timestamp with time zone not null default now()
);

-- Constraints

alter table auth."twoFactor" add constraint "twoFactor_pkey" PRIMARY KEY (id);
alter table auth."user" add constraint user_pkey PRIMARY KEY (id);
alter table auth."user" add constraint user_email_key UNIQUE (email);
alter table auth."user" add constraint user_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'developer'::text, 'developer_read_only'::text, 'member'::text])));
alter table auth.account add constraint account_pkey PRIMARY KEY (id);
alter table auth.link add constraint link_pkey PRIMARY KEY (id);
alter table auth.link add constraint link_token_digest_key UNIQUE (token_digest);
alter table auth.link add constraint link_purpose_check CHECK ((purpose = ANY (ARRAY['sign_in'::text, 'invitation'::text])));
alter table auth.link add constraint link_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'developer'::text, 'developer_read_only'::text, 'member'::text])));
alter table auth.membership add constraint membership_pkey PRIMARY KEY (person_id, account_id);
alter table auth.membership add constraint membership_role_check CHECK ((role = ANY (ARRAY['full'::text, 'read_only'::text])));
alter table auth.session add constraint session_pkey PRIMARY KEY (id);
alter table auth.session add constraint session_token_key UNIQUE (token);
alter table auth.verification add constraint verification_pkey PRIMARY KEY (id);
alter table logs.entry add constraint entry_pkey PRIMARY KEY (invocation, sequence, line);
alter table logs.entry add constraint entry_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warn'::text, 'error'::text])));
alter table middle.account add constraint account_pkey PRIMARY KEY (id);
alter table middle.account add constraint account_key_key UNIQUE (key);
alter table middle.account add constraint account_key_check CHECK ((key ~ '^[a-z][a-z0-9-]{0,62}$'::text));
alter table middle.again_run add constraint again_run_pkey PRIMARY KEY (job_id);
alter table middle.alert add constraint alert_pkey PRIMARY KEY (id);
alter table middle.alert add constraint alert_kind_check CHECK ((kind = ANY (ARRAY['workflow_failing'::text, 'sync_failing'::text, 'connection_attention'::text, 'executions_waiting'::text, 'webhooks_dead'::text, 'queue_age'::text, 'dead_letters'::text, 'balance_difference'::text, 'search_drift'::text, 'backup_failing'::text, 'backup_unverified'::text, 'database_damaged'::text, 'disk_low'::text])));
alter table middle.alert_channel add constraint alert_channel_pkey PRIMARY KEY (id);
alter table middle.alert_channel add constraint alert_channel_account_id_name_key UNIQUE NULLS NOT DISTINCT (account_id, name);
alter table middle.alert_channel add constraint alert_channel_check CHECK (((NOT every_account) OR (account_id IS NULL)));
alter table middle.alert_channel add constraint alert_channel_check1 CHECK (((kind = 'webhook'::text) = ((url IS NOT NULL) AND (secret IS NOT NULL))));
alter table middle.alert_channel add constraint alert_channel_group_seconds_check CHECK (((group_seconds >= 0) AND (group_seconds <= 3600)));
alter table middle.alert_channel add constraint alert_channel_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'webhook'::text])));
alter table middle.alert_channel add constraint alert_channel_per_hour_check CHECK (((per_hour >= 1) AND (per_hour <= 120)));
alter table middle.alert_message add constraint alert_message_pkey PRIMARY KEY (id);
alter table middle.alert_message add constraint alert_message_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])));
alter table middle.alert_rule add constraint alert_rule_account_id_kind_key UNIQUE NULLS NOT DISTINCT (account_id, kind);
alter table middle.alert_told add constraint alert_told_pkey PRIMARY KEY (channel_id, alert_id);
alter table middle.api_call add constraint api_call_pkey PRIMARY KEY (api_key_id, idempotency_key);
alter table middle.api_key add constraint api_key_pkey PRIMARY KEY (id);
alter table middle.api_key add constraint api_key_per_minute_check CHECK (((per_minute >= 1) AND (per_minute <= 60000)));
alter table middle.api_key_secret add constraint api_key_secret_pkey PRIMARY KEY (prefix);
alter table middle.app add constraint app_pkey PRIMARY KEY (id);
alter table middle.app add constraint app_key_key UNIQUE (key);
alter table middle.app add constraint app_key_check CHECK ((key ~ '^[a-z][a-z0-9-]{0,62}$'::text));
alter table middle.app add constraint app_visibility_check CHECK ((visibility = ANY (ARRAY['hidden'::text, 'public'::text, 'allow_listed'::text])));
alter table middle.app_credential add constraint app_credential_pkey PRIMARY KEY (id);
alter table middle.app_credential add constraint app_credential_app_id_name_key UNIQUE (app_id, name);
alter table middle.app_file add constraint app_file_pkey PRIMARY KEY (app_version_id, path);
alter table middle.app_version add constraint app_version_pkey PRIMARY KEY (id);
alter table middle.app_version add constraint app_version_app_id_version_key UNIQUE (app_id, version);
alter table middle.app_version add constraint app_version_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'on'::text, 'off'::text])));
alter table middle.applied_message add constraint applied_message_pkey PRIMARY KEY (invocation_id, sequence);
alter table middle.audit_event add constraint audit_event_pkey PRIMARY KEY (id);
alter table middle.balance add constraint balance_pkey PRIMARY KEY (subject);
alter table middle.bulk_run add constraint bulk_run_pkey PRIMARY KEY (execution_id, place);
alter table middle.change_batch add constraint change_batch_pkey PRIMARY KEY (xact, "position");
alter table middle.change_consumer add constraint change_consumer_pkey PRIMARY KEY (name);
alter table middle.connection add constraint connection_pkey PRIMARY KEY (id);
alter table middle.connection add constraint connection_account_id_name_key UNIQUE (account_id, name);
alter table middle.connection add constraint connection_functions_at_once_check CHECK (((functions_at_once >= 1) AND (functions_at_once <= 100)));
alter table middle.execution add constraint execution_pkey PRIMARY KEY (id);
alter table middle.execution add constraint execution_state_check CHECK ((state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table middle.execution_batch add constraint execution_batch_pkey PRIMARY KEY (xact, "position");
alter table middle.execution_book add constraint execution_book_workflow_id_day_trigger_id_key UNIQUE NULLS NOT DISTINCT (workflow_id, day, trigger_id);
alter table middle.execution_consumer add constraint execution_consumer_pkey PRIMARY KEY (name);
alter table middle.execution_open add constraint execution_open_pkey PRIMARY KEY (id);
alter table middle.execution_open add constraint execution_open_cause_check CHECK ((cause = ANY (ARRAY['trigger'::text, 'person'::text, 'workflow'::text, 'bulk'::text, 'api'::text, 'again'::text])));
alter table middle.execution_open add constraint execution_open_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'waiting'::text])));
alter table middle.execution_statistic add constraint execution_statistic_account_id_workflow_id_resolution_at_key UNIQUE NULLS NOT DISTINCT (account_id, workflow_id, resolution, at);
alter table middle.execution_statistic add constraint execution_statistic_resolution_check CHECK ((resolution = ANY (ARRAY['minute'::text, 'hour'::text])));
alter table middle.execution_text add constraint execution_text_pkey PRIMARY KEY (id);
alter table middle.execution_wait add constraint execution_wait_pkey PRIMARY KEY (execution_id);
alter table middle.executor add constraint executor_pkey PRIMARY KEY (name);
alter table middle.export_file add constraint export_file_pkey PRIMARY KEY (id);
alter table middle.function_bundle add constraint function_bundle_pkey PRIMARY KEY (app_version_id, function_key);
alter table middle.function_bundle add constraint function_bundle_engine_check CHECK ((engine = ANY (ARRAY['javascript'::text, 'python'::text])));
alter table middle.function_bundle add constraint function_bundle_kind_check CHECK ((kind = ANY (ARRAY['sync'::text, 'action'::text, 'auth'::text, 'webhook'::text])));
alter table middle.heartbeat add constraint heartbeat_pkey PRIMARY KEY (part);
alter table middle.invalid_record add constraint invalid_record_pkey PRIMARY KEY (id);
alter table middle.invalid_record add constraint invalid_record_invocation_id_origin_sequence_key UNIQUE (invocation_id, origin_sequence);
alter table middle.invalid_record add constraint invalid_record_state_check CHECK ((state = ANY (ARRAY['open'::text, 'reprocessed'::text, 'dismissed'::text])));
alter table middle.invocation add constraint invocation_pkey PRIMARY KEY (id);
alter table middle.invocation add constraint invocation_kind_check CHECK ((kind = ANY (ARRAY['sync'::text, 'action'::text, 'auth'::text, 'test'::text, 'webhook'::text])));
alter table middle.invocation add constraint invocation_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'user_error'::text, 'developer_error'::text, 'platform_error'::text, 'restarted'::text, 'cancelled'::text])));
alter table middle.invocation add constraint invocation_state_check CHECK ((state = ANY (ARRAY['running'::text, 'ended'::text])));
alter table middle.job add constraint job_pkey PRIMARY KEY (id);
alter table middle.job add constraint job_kind_check CHECK ((kind ~ '^[a-z][a-z_]{0,62}$'::text));
alter table middle.job add constraint job_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table middle.lookup_request add constraint lookup_request_pkey PRIMARY KEY (record_set_id, record_id);
alter table middle.lookup_request add constraint lookup_request_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'found'::text, 'gave_up'::text])));
alter table middle.module add constraint module_pkey PRIMARY KEY (id);
alter table middle.module add constraint module_key_key UNIQUE (key);
alter table middle.module_opt_in add constraint module_opt_in_pkey PRIMARY KEY (id);
alter table middle.module_opt_in add constraint module_opt_in_account_id_module_id_key UNIQUE (account_id, module_id);
alter table middle.module_version add constraint module_version_pkey PRIMARY KEY (module_id, version);
alter table middle.record add constraint record_pkey PRIMARY KEY (record_set_id, id);
alter table middle.record_set add constraint record_set_pkey PRIMARY KEY (id);
alter table middle.record_set add constraint record_set_connection_id_record_type_key UNIQUE (connection_id, record_type);
alter table middle.record_set add constraint record_set_retention_days_check CHECK ((retention_days > 0));
alter table middle.record_version add constraint record_version_pkey PRIMARY KEY (record_set_id, id, version, replaced_at);
alter table middle.setting add constraint setting_pkey PRIMARY KEY (key);
alter table middle.step_run add constraint step_run_pkey PRIMARY KEY (execution_id, sequence);
alter table middle.step_run add constraint step_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table middle.sync add constraint sync_pkey PRIMARY KEY (id);
alter table middle.sync add constraint sync_record_set_id_kind_key UNIQUE (record_set_id, kind);
alter table middle.sync add constraint sync_kind_check CHECK ((kind = ANY (ARRAY['complete'::text, 'recent'::text, 'lookup'::text])));
alter table middle.sync_run add constraint sync_run_pkey PRIMARY KEY (id);
alter table middle.sync_run add constraint sync_run_cause_check CHECK ((cause = ANY (ARRAY['schedule'::text, 'catch_up'::text, 'person'::text, 'foreign_key'::text])));
alter table middle.sync_run add constraint sync_run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'storing'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table middle.sync_tick add constraint sync_tick_pkey PRIMARY KEY (sync_id, cause, tick);
alter table middle.transfer_seen add constraint transfer_seen_pkey PRIMARY KEY (sync_run_id, invocation_id, sequence);
alter table middle.trigger add constraint trigger_pkey PRIMARY KEY (id);
alter table middle.trigger add constraint trigger_workflow_id_name_key UNIQUE (workflow_id, name);
alter table middle.trigger add constraint trigger_events_check CHECK ((events <@ ARRAY['created'::text, 'updated'::text]));
alter table middle.trigger add constraint trigger_kind_check CHECK ((kind = ANY (ARRAY['record'::text, 'schedule'::text])));
alter table middle.trigger add constraint trigger_requeue_attempts_check CHECK (((requeue_attempts >= 1) AND (requeue_attempts <= 1000)));
alter table middle.trigger add constraint trigger_requeue_seconds_check CHECK (((requeue_seconds >= 1) AND (requeue_seconds <= 604800)));
alter table middle.trigger_backlog add constraint trigger_backlog_pkey PRIMARY KEY (record_set_id, xact, "position");
alter table middle.trigger_count add constraint trigger_count_pkey PRIMARY KEY (trigger_id, hour);
alter table middle.trigger_requeue add constraint trigger_requeue_pkey PRIMARY KEY (id);
alter table middle.trigger_requeue add constraint trigger_requeue_event_check CHECK ((event = ANY (ARRAY['created'::text, 'updated'::text])));
alter table middle.trigger_requeue add constraint trigger_requeue_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'gave_up'::text])));
alter table middle.trigger_tick add constraint trigger_tick_pkey PRIMARY KEY (trigger_id, tick);
alter table middle.webhook_address add constraint webhook_address_pkey PRIMARY KEY (connection_id);
alter table middle.webhook_count add constraint webhook_count_pkey PRIMARY KEY (connection_id, webhook, hour);
alter table middle.webhook_request add constraint webhook_request_pkey PRIMARY KEY (id);
alter table middle.webhook_request add constraint webhook_request_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'processed'::text, 'refused'::text, 'dead'::text])));
alter table middle.workflow add constraint workflow_pkey PRIMARY KEY (id);
alter table middle.workflow add constraint workflow_at_once_check CHECK ((at_once > 0));
alter table middle.workflow add constraint workflow_priority_check CHECK (((priority >= '-10'::integer) AND (priority <= 10)));
alter table middle.workflow_endpoint add constraint workflow_endpoint_pkey PRIMARY KEY (workflow_id);
alter table middle.workflow_endpoint add constraint workflow_endpoint_account_id_name_key UNIQUE (account_id, name);
alter table middle.workflow_endpoint add constraint workflow_endpoint_mode_check CHECK ((mode = ANY (ARRAY['sync'::text, 'async'::text])));
alter table middle.workflow_endpoint add constraint workflow_endpoint_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text));
alter table middle.workflow_endpoint add constraint workflow_endpoint_time_limit_seconds_check CHECK (((time_limit_seconds >= 1) AND (time_limit_seconds <= 300)));
alter table middle.workflow_failure add constraint workflow_failure_pkey PRIMARY KEY (workflow_id);
alter table middle.workflow_failure_minute add constraint workflow_failure_minute_pkey PRIMARY KEY (workflow_id, minute);
alter table middle.workflow_version add constraint workflow_version_pkey PRIMARY KEY (workflow_id, version);
alter table migration.applied add constraint applied_pkey PRIMARY KEY (set, name);
alter table queue.dead_letter add constraint dead_letter_pkey PRIMARY KEY (id);
alter table queue.message add constraint message_pkey PRIMARY KEY (id);
alter table queue.queue add constraint queue_pkey PRIMARY KEY (app);

-- Indexes

CREATE INDEX two_factor_user ON auth."twoFactor" USING btree ("userId");
CREATE INDEX account_user ON auth.account USING btree ("userId");
CREATE UNIQUE INDEX link_invitation ON auth.link USING btree (email) WHERE (purpose = 'invitation'::text);
CREATE INDEX membership_account ON auth.membership USING btree (account_id);
CREATE INDEX session_by_user ON auth.session USING btree ("userId");
CREATE INDEX verification_identifier ON auth.verification USING btree (identifier);
CREATE INDEX entry_by_app ON ONLY logs.entry USING btree (app, at, invocation, sequence, line);
CREATE INDEX alert_cleared ON middle.alert USING btree (cleared_at) WHERE (cleared_at IS NOT NULL);
CREATE INDEX alert_list ON middle.alert USING btree (account_id, id DESC);
CREATE UNIQUE INDEX alert_open ON middle.alert USING btree (kind, subject) WHERE (cleared_at IS NULL);
CREATE INDEX alert_open_list ON middle.alert USING btree (account_id, id DESC) WHERE (cleared_at IS NULL);
CREATE INDEX alert_message_age ON middle.alert_message USING btree (made_at);
CREATE INDEX alert_message_due ON middle.alert_message USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE INDEX alert_message_list ON middle.alert_message USING btree (channel_id, id DESC);
CREATE INDEX alert_told_alert ON middle.alert_told USING btree (alert_id);
CREATE INDEX api_call_age ON middle.api_call USING btree (called_at);
CREATE UNIQUE INDEX api_key_name ON middle.api_key USING btree (account_id, name) WHERE (revoked_at IS NULL);
CREATE INDEX api_key_secret_key ON middle.api_key_secret USING btree (api_key_id);
CREATE INDEX audit_event_account ON middle.audit_event USING btree (account_id, id DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX audit_event_subject ON middle.audit_event USING btree (subject_kind, subject_id, id DESC);
CREATE INDEX execution_again ON ONLY middle.execution USING btree (again_of) WHERE (again_of IS NOT NULL);
CREATE INDEX execution_bad_by_account ON ONLY middle.execution USING btree (account_id, id DESC) WHERE (state <> 'succeeded'::text);
CREATE INDEX execution_bad_by_workflow ON ONLY middle.execution USING btree (workflow_id, id DESC) WHERE (state <> 'succeeded'::text);
CREATE INDEX execution_by_account ON ONLY middle.execution USING btree (account_id, id DESC);
CREATE INDEX execution_by_cause ON ONLY middle.execution USING btree (account_id, cause, id DESC) WHERE (cause <> 'trigger'::text);
CREATE INDEX execution_by_parent ON ONLY middle.execution USING btree (parent_id, id DESC) WHERE (parent_id IS NOT NULL);
CREATE INDEX execution_by_record ON ONLY middle.execution USING btree (record_set_id, record_id, id DESC) WHERE (record_id IS NOT NULL);
CREATE INDEX execution_by_trigger ON ONLY middle.execution USING btree (trigger_id, id DESC) WHERE (trigger_id IS NOT NULL);
CREATE INDEX execution_by_workflow ON ONLY middle.execution USING btree (workflow_id, id DESC);
CREATE INDEX execution_cancelled ON ONLY middle.execution USING btree (account_id, id DESC) WHERE (state = 'cancelled'::text);
CREATE INDEX execution_book_day ON middle.execution_book USING btree (day);
CREATE INDEX execution_open_again ON middle.execution_open USING btree (again_of) WHERE (again_of IS NOT NULL);
CREATE INDEX execution_open_cancelled ON middle.execution_open USING btree (id) WHERE (cancel_requested_at IS NOT NULL);
CREATE INDEX execution_open_list ON middle.execution_open USING btree (workflow_id, id DESC);
CREATE INDEX execution_open_parent ON middle.execution_open USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX execution_open_ready ON middle.execution_open USING btree (workflow_id, priority DESC, next_at, id) WHERE (state = 'ready'::text);
CREATE INDEX execution_open_running ON middle.execution_open USING btree (executor) WHERE (state = 'running'::text);
CREATE INDEX execution_open_waiting ON middle.execution_open USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE INDEX execution_statistic_age ON middle.execution_statistic USING btree (resolution, at);
CREATE INDEX execution_text_words ON ONLY middle.execution_text USING gin (words);
CREATE INDEX execution_wait_record ON middle.execution_wait USING btree (record_set_id, record_id);
CREATE INDEX export_file_execution ON middle.export_file USING btree (execution_id);
CREATE INDEX export_file_expiry ON middle.export_file USING btree (expires_at);
CREATE INDEX invalid_record_open ON middle.invalid_record USING btree (connection_id, id) WHERE (state = 'open'::text);
CREATE INDEX invalid_record_open_id ON middle.invalid_record USING btree (record_set_id, record_id) WHERE (state = 'open'::text);
CREATE INDEX invalid_record_run ON middle.invalid_record USING btree (sync_run_id, id);
CREATE INDEX invalid_record_set ON middle.invalid_record USING btree (record_set_id, id);
CREATE INDEX invocation_by_connection ON ONLY middle.invocation USING btree (connection_id, id DESC);
CREATE INDEX invocation_by_run ON ONLY middle.invocation USING btree (sync_run_id) WHERE (sync_run_id IS NOT NULL);
CREATE INDEX invocation_incomplete ON ONLY middle.invocation USING btree (connection_id, started_at) WHERE ((final_sequence IS NULL) OR (applied_messages < final_sequence));
CREATE INDEX invocation_leases ON ONLY middle.invocation USING btree (lease_until) WHERE (state = 'running'::text);
CREATE INDEX job_due ON middle.job USING btree (next_attempt_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX job_history ON middle.job USING btree (kind, id DESC);
CREATE UNIQUE INDEX job_one_open ON middle.job USING btree (kind, subject) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX lookup_request_due ON middle.lookup_request USING btree (next_at) WHERE (state = 'pending'::text);
CREATE INDEX module_opt_in_behind ON middle.module_opt_in USING btree (module_id, version);
CREATE INDEX record_deleted ON ONLY middle.record USING btree (record_set_id, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX sync_due ON middle.sync USING btree (next_tick_at) WHERE (enabled AND (next_tick_at IS NOT NULL));
CREATE INDEX sync_run_by_set ON middle.sync_run USING btree (record_set_id, id DESC);
CREATE INDEX sync_run_failed ON middle.sync_run USING btree (sync_id, ended_at DESC) WHERE (state = 'failed'::text);
CREATE INDEX sync_run_history ON middle.sync_run USING btree (connection_id, id DESC);
CREATE UNIQUE INDEX sync_run_one_open ON middle.sync_run USING btree (sync_id) WHERE ((state = ANY (ARRAY['queued'::text, 'running'::text, 'storing'::text])) AND (kind <> 'lookup'::text) AND (cause = ANY (ARRAY['schedule'::text, 'catch_up'::text])));
CREATE INDEX sync_run_open ON middle.sync_run USING btree (next_attempt_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'storing'::text]));
CREATE INDEX trigger_by_set ON middle.trigger USING btree (record_set_id) WHERE (kind = 'record'::text);
CREATE UNIQUE INDEX trigger_copy ON middle.trigger USING btree (workflow_id, module_trigger) WHERE (module_trigger IS NOT NULL);
CREATE INDEX trigger_due ON middle.trigger USING btree (next_tick_at) WHERE ((kind = 'schedule'::text) AND enabled);
CREATE INDEX trigger_count_age ON middle.trigger_count USING btree (hour);
CREATE INDEX trigger_requeue_due ON middle.trigger_requeue USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE INDEX trigger_requeue_gave_up ON middle.trigger_requeue USING btree (next_at) WHERE (state = 'gave_up'::text);
CREATE INDEX trigger_requeue_list ON middle.trigger_requeue USING btree (trigger_id, id DESC);
CREATE INDEX trigger_tick_age ON middle.trigger_tick USING btree (tick);
CREATE INDEX webhook_request_bad ON middle.webhook_request USING btree (connection_id, id DESC) WHERE (state = ANY (ARRAY['refused'::text, 'dead'::text]));
CREATE INDEX webhook_request_list ON middle.webhook_request USING btree (connection_id, id DESC);
CREATE INDEX webhook_request_open ON middle.webhook_request USING btree (connection_id, id) INCLUDE (bytes) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX webhook_request_settled ON middle.webhook_request USING btree (id) WHERE (settled_at IS NOT NULL);
CREATE UNIQUE INDEX workflow_copy ON middle.workflow USING btree (opt_in_id, module_workflow) WHERE ((opt_in_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX workflow_name ON middle.workflow USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX workflow_failure_age ON middle.workflow_failure USING btree (failed_at);
CREATE INDEX workflow_failure_minute_age ON middle.workflow_failure_minute USING btree (minute);
CREATE INDEX dead_letter_by_app ON queue.dead_letter USING btree (app, id);
CREATE INDEX message_due ON queue.message USING btree (app, visible_at, id);

-- Foreign keys

alter table auth."twoFactor" add constraint "twoFactor_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE;
alter table auth.account add constraint "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE;
alter table auth.link add constraint link_person_id_fkey FOREIGN KEY (person_id) REFERENCES auth."user"(id) ON DELETE CASCADE;
alter table auth.membership add constraint membership_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table auth.membership add constraint membership_person_id_fkey FOREIGN KEY (person_id) REFERENCES auth."user"(id) ON DELETE CASCADE;
alter table auth.session add constraint "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE;
alter table middle.again_run add constraint again_run_job_id_fkey FOREIGN KEY (job_id) REFERENCES middle.job(id) ON DELETE CASCADE;
alter table middle.alert add constraint alert_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.alert_channel add constraint alert_channel_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.alert_message add constraint alert_message_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES middle.alert_channel(id) ON DELETE CASCADE;
alter table middle.alert_rule add constraint alert_rule_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.alert_told add constraint alert_told_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES middle.alert(id) ON DELETE CASCADE;
alter table middle.alert_told add constraint alert_told_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES middle.alert_channel(id) ON DELETE CASCADE;
alter table middle.api_call add constraint api_call_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES middle.api_key(id) ON DELETE CASCADE;
alter table middle.api_key add constraint api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.api_key_secret add constraint api_key_secret_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES middle.api_key(id) ON DELETE CASCADE;
alter table middle.app_credential add constraint app_credential_app_id_fkey FOREIGN KEY (app_id) REFERENCES middle.app(id) ON DELETE CASCADE;
alter table middle.app_file add constraint app_file_app_version_id_fkey FOREIGN KEY (app_version_id) REFERENCES middle.app_version(id) ON DELETE CASCADE;
alter table middle.app_version add constraint app_version_app_id_fkey FOREIGN KEY (app_id) REFERENCES middle.app(id) ON DELETE CASCADE;
alter table middle.balance add constraint balance_app_id_fkey FOREIGN KEY (app_id) REFERENCES middle.app(id) ON DELETE CASCADE;
alter table middle.balance add constraint balance_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.balance add constraint balance_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table middle.connection add constraint connection_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.connection add constraint connection_app_credential_id_fkey FOREIGN KEY (app_credential_id) REFERENCES middle.app_credential(id);
alter table middle.connection add constraint connection_app_id_fkey FOREIGN KEY (app_id) REFERENCES middle.app(id);
alter table middle.connection add constraint connection_app_version_id_fkey FOREIGN KEY (app_version_id) REFERENCES middle.app_version(id);
alter table middle.execution_statistic add constraint execution_statistic_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.execution_wait add constraint execution_wait_execution_id_fkey FOREIGN KEY (execution_id) REFERENCES middle.execution_open(id) ON DELETE CASCADE;
alter table middle.function_bundle add constraint function_bundle_app_version_id_fkey FOREIGN KEY (app_version_id) REFERENCES middle.app_version(id) ON DELETE CASCADE;
alter table middle.invalid_record add constraint invalid_record_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.invalid_record add constraint invalid_record_record_set_id_fkey FOREIGN KEY (record_set_id) REFERENCES middle.record_set(id) ON DELETE CASCADE;
alter table middle.lookup_request add constraint lookup_request_record_set_id_fkey FOREIGN KEY (record_set_id) REFERENCES middle.record_set(id) ON DELETE CASCADE;
alter table middle.module_opt_in add constraint module_opt_in_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.module_opt_in add constraint module_opt_in_module_id_fkey FOREIGN KEY (module_id) REFERENCES middle.module(id);
alter table middle.module_version add constraint module_version_module_id_fkey FOREIGN KEY (module_id) REFERENCES middle.module(id) ON DELETE CASCADE;
alter table middle.record_set add constraint record_set_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.sync add constraint sync_record_set_id_fkey FOREIGN KEY (record_set_id) REFERENCES middle.record_set(id) ON DELETE CASCADE;
alter table middle.sync_run add constraint sync_run_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.sync_run add constraint sync_run_sync_id_fkey FOREIGN KEY (sync_id) REFERENCES middle.sync(id) ON DELETE CASCADE;
alter table middle.sync_tick add constraint sync_tick_sync_id_fkey FOREIGN KEY (sync_id) REFERENCES middle.sync(id) ON DELETE CASCADE;
alter table middle.trigger add constraint trigger_record_set_id_fkey FOREIGN KEY (record_set_id) REFERENCES middle.record_set(id) ON DELETE SET NULL;
alter table middle.trigger add constraint trigger_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table middle.trigger_backlog add constraint trigger_backlog_record_set_id_fkey FOREIGN KEY (record_set_id) REFERENCES middle.record_set(id) ON DELETE CASCADE;
alter table middle.trigger_count add constraint trigger_count_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES middle.trigger(id) ON DELETE CASCADE;
alter table middle.trigger_requeue add constraint trigger_requeue_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES middle.trigger(id) ON DELETE CASCADE;
alter table middle.trigger_tick add constraint trigger_tick_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES middle.trigger(id) ON DELETE CASCADE;
alter table middle.webhook_address add constraint webhook_address_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.webhook_count add constraint webhook_count_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.webhook_request add constraint webhook_request_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES middle.connection(id) ON DELETE CASCADE;
alter table middle.workflow add constraint workflow_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.workflow add constraint workflow_opt_in_id_fkey FOREIGN KEY (opt_in_id) REFERENCES middle.module_opt_in(id) ON DELETE SET NULL;
alter table middle.workflow_endpoint add constraint workflow_endpoint_account_id_fkey FOREIGN KEY (account_id) REFERENCES middle.account(id) ON DELETE CASCADE;
alter table middle.workflow_endpoint add constraint workflow_endpoint_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table middle.workflow_failure add constraint workflow_failure_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table middle.workflow_failure_minute add constraint workflow_failure_minute_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table middle.workflow_version add constraint workflow_version_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES middle.workflow(id) ON DELETE CASCADE;
alter table queue.dead_letter add constraint dead_letter_app_fkey FOREIGN KEY (app) REFERENCES queue.queue(app) ON DELETE CASCADE;
alter table queue.message add constraint message_app_fkey FOREIGN KEY (app) REFERENCES queue.queue(app) ON DELETE CASCADE;

-- Functions

CREATE OR REPLACE FUNCTION logs.add_day(day date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  partition_name text := 'entry_' || to_char(day, 'YYYYMMDD');
begin
  perform pg_advisory_xact_lock(hashtext('logs.entry'));
  if to_regclass(format('logs.%I', partition_name)) is not null then
    return;
  end if;
  execute format('create table logs.%I (like logs.entry including all)', partition_name);
  execute format('alter table logs.entry attach partition logs.%I for values from (%L) to (%L)',
    partition_name, logs.lowest_invocation(day), logs.lowest_invocation(day + 1));
end $function$
;
CREATE OR REPLACE FUNCTION logs.drop_days(before_day date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
declare
  partition_name text;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('logs.entry'));
  for partition_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'logs.entry'::regclass and to_date(right(c.relname, 8), 'YYYYMMDD') < before_day
  loop
    execute format('drop table logs.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $function$
;
CREATE OR REPLACE FUNCTION logs.lowest_invocation(day date)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (lpad(to_hex((extract(epoch from day::timestamp at time zone 'UTC') * 1000)::bigint), 12, '0')
    || '00000000000000000000')::uuid
$function$
;
CREATE OR REPLACE FUNCTION middle.add_counts(one jsonb, other jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(jsonb_object_agg(key, total), '{}') from (
    select key, sum(value::bigint) as total from (
      select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)
    ) counts group by key
  ) totals
$function$
;
CREATE OR REPLACE FUNCTION middle.add_day_partitions(from_day date, days integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  history_table text;
  partition_name text;
  day date;
  lower_moment timestamptz;
  upper_moment timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('middle.add_day_partitions'));
  for i in 0 .. days - 1 loop
    day := from_day + i;
    lower_moment := day::timestamp at time zone 'UTC';
    upper_moment := (day + 1)::timestamp at time zone 'UTC';
    foreach history_table in array array['record_version', 'invocation', 'applied_message', 'execution', 'step_run',
      'execution_text'] loop
      partition_name := history_table || '_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass(format('middle.%I', partition_name)) is not null;
      execute format('create table middle.%I (like middle.%I including all)', partition_name, history_table);
      if history_table = 'record_version' then
        execute format('alter table middle.%I attach partition middle.%I for values from (%L) to (%L)',
          history_table, partition_name, lower_moment, upper_moment);
      else
        execute format('alter table middle.%I attach partition middle.%I for values from (%L) to (%L)',
          history_table, partition_name, middle.uuid_at(lower_moment), middle.uuid_at(upper_moment));
      end if;
    end loop;
  end loop;
end $function$
;
CREATE OR REPLACE FUNCTION middle.add_record_set_partition(record_set_id integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  partition_name text := 'record_' || record_set_id;
begin
  if to_regclass(format('middle.%I', partition_name)) is null then
    execute format('create table middle.%I (like middle.record including all) with (fillfactor = 85)', partition_name);
    execute format('alter table middle.record attach partition middle.%I for values in (%s)', partition_name, record_set_id);
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION middle.addresses_of(people uuid[], account uuid)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.email from auth."user" p
  where p.id = any(people) and p.email not like '%.invalid'
    and (p.role = 'owner' or exists (select from auth.membership m where m.person_id = p.id and m.account_id = account))
$function$
;
CREATE OR REPLACE FUNCTION middle.day_of(id uuid)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce((uuid_extract_timestamp(id) at time zone 'UTC')::date, 'epoch')
$function$
;
CREATE OR REPLACE FUNCTION middle.drop_day_partitions(history_table text, before_day date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
declare
  partition_name text;
  dropped integer := 0;
begin
  if history_table not in ('record_version', 'invocation', 'applied_message', 'execution', 'step_run', 'execution_text') then
    raise exception 'not a history table: %', history_table;
  end if;
  for partition_name in
    select c.relname from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = format('middle.%I', history_table)::regclass
      and right(c.relname, 8) ~ '^[0-9]{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < before_day
  loop
    if history_table = 'step_run' then
      execute format('alter table middle.step_run detach partition middle.%I', partition_name);
      execute format('insert into middle.step_run_rest select s.* from middle.%I s
        join middle.execution_open o on o.id = s.execution_id', partition_name);
    elsif history_table = 'execution' then
      -- Nothing may end into this day between counting and dropping it.
      execute format('lock table middle.%I in access exclusive mode', partition_name);
      execute format('insert into middle.execution_tally (account_id, workflow_id, trigger_id, day, started, succeeded, failed,
          cancelled, expired)
        select account_id, workflow_id, case when cause = ''trigger'' then trigger_id end, middle.day_of(id), -count(*),
          -count(*) filter (where state = ''succeeded''), -count(*) filter (where state = ''failed''),
          -count(*) filter (where state = ''cancelled''), count(*)
        from middle.%I group by 1, 2, 3, 4', partition_name);
    end if;
    execute format('drop table middle.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $function$
;
CREATE OR REPLACE FUNCTION middle.drop_record_set_partition(record_set_id integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  execute format('drop table if exists middle.record_%s', record_set_id);
end $function$
;
CREATE OR REPLACE FUNCTION middle.uuid_at(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$function$
;

-- Rights

grant usage on schema auth to middle_api;
grant usage on schema logs to middle_api;
grant usage on schema logs to middle_worker;
grant usage on schema middle to middle_api;
grant usage on schema middle to middle_worker;
grant usage on schema migration to middle_api;
grant usage on schema migration to middle_worker;
grant usage on schema queue to middle_api;
grant usage on schema queue to middle_worker;
grant delete, insert, select, update on table auth."twoFactor" to middle_api;
grant delete, insert, select, update on table auth."user" to middle_api;
grant delete, insert, select, update on table auth.account to middle_api;
grant delete, insert, select, update on table auth.link to middle_api;
grant delete, insert, select, update on table auth.membership to middle_api;
grant delete, insert, select, update on table auth.session to middle_api;
grant delete, insert, select, update on table auth.verification to middle_api;
grant insert, select on table logs.entry to middle_worker;
grant select on table logs.entry to middle_api;
grant delete, insert, select, update on table middle.account to middle_api;
grant select on table middle.account to middle_worker;
grant insert, select, update on table middle.again_run to middle_worker;
grant select on table middle.again_run to middle_api;
grant delete, insert, select, update on table middle.alert to middle_worker;
grant select on table middle.alert to middle_api;
grant delete, insert, select, update on table middle.alert_channel to middle_api;
grant select on table middle.alert_channel to middle_worker;
grant delete, insert, select, update on table middle.alert_message to middle_worker;
grant select on table middle.alert_message to middle_api;
grant delete, insert, select, update on table middle.alert_rule to middle_api;
grant select on table middle.alert_rule to middle_worker;
grant delete, insert, select, update on table middle.alert_told to middle_worker;
grant select on table middle.alert_told to middle_api;
grant delete, select on table middle.api_call to middle_worker;
grant insert, select on table middle.api_call to middle_api;
grant delete, insert, select, update on table middle.api_key to middle_api;
grant select on table middle.api_key to middle_worker;
grant delete, insert, select, update on table middle.api_key_secret to middle_api;
grant select on table middle.api_key_secret to middle_worker;
grant delete, insert, select, update on table middle.app to middle_api;
grant select on table middle.app to middle_worker;
grant delete, insert, select, update on table middle.app_credential to middle_api;
grant select on table middle.app_credential to middle_worker;
grant delete, insert, select, update on table middle.app_file to middle_api;
grant select on table middle.app_file to middle_worker;
grant delete, insert, select, update on table middle.app_version to middle_api;
grant select on table middle.app_version to middle_worker;
grant delete, insert, select, update on table middle.applied_message to middle_worker;
grant select on table middle.applied_message to middle_api;
grant insert, select on table middle.audit_event to middle_api;
grant insert, select on table middle.audit_event to middle_worker;
grant delete, insert, select, update on table middle.balance to middle_worker;
grant select on table middle.balance to middle_api;
grant delete, insert, select, update on table middle.bulk_run to middle_worker;
grant select on table middle.bulk_run to middle_api;
grant delete, insert, select, update on table middle.change_batch to middle_worker;
grant select on table middle.change_batch to middle_api;
grant delete, insert, select, update on table middle.change_consumer to middle_worker;
grant select on table middle.change_consumer to middle_api;
grant delete, insert, select, update on table middle.connection to middle_api;
grant select on table middle.connection to middle_worker;
grant delete, insert, select, update on table middle.execution to middle_worker;
grant select on table middle.execution to middle_api;
grant delete, insert, select, update on table middle.execution_batch to middle_worker;
grant select on table middle.execution_batch to middle_api;
grant delete, insert, select, update on table middle.execution_book to middle_worker;
grant select on table middle.execution_book to middle_api;
grant delete, insert, select, update on table middle.execution_consumer to middle_worker;
grant select on table middle.execution_consumer to middle_api;
grant delete, insert, select, update on table middle.execution_open to middle_worker;
grant insert, select on table middle.execution_open to middle_api;
grant delete, insert, select, update on table middle.execution_statistic to middle_worker;
grant select on table middle.execution_statistic to middle_api;
grant delete, insert, select on table middle.execution_tally to middle_worker;
grant insert, select on table middle.execution_tally to middle_api;
grant delete, insert, select on table middle.execution_text to middle_worker;
grant select on table middle.execution_text to middle_api;
grant delete, insert, select, update on table middle.execution_wait to middle_worker;
grant select on table middle.execution_wait to middle_api;
grant delete, insert, select, update on table middle.executor to middle_worker;
grant select on table middle.executor to middle_api;
grant delete, insert, select, update on table middle.export_file to middle_worker;
grant select on table middle.export_file to middle_api;
grant delete, insert, select, update on table middle.function_bundle to middle_api;
grant select on table middle.function_bundle to middle_worker;
grant delete, insert, select, update on table middle.heartbeat to middle_worker;
grant insert, select, update on table middle.heartbeat to middle_api;
grant delete, insert, select, update on table middle.invalid_record to middle_worker;
grant select, update on table middle.invalid_record to middle_api;
grant delete, insert, select, update on table middle.invocation to middle_worker;
grant insert, select on table middle.invocation to middle_api;
grant delete, insert, select, update on table middle.job to middle_worker;
grant insert, select, update on table middle.job to middle_api;
grant delete, insert, select, update on table middle.lookup_request to middle_worker;
grant insert, select, update on table middle.lookup_request to middle_api;
grant delete, insert, select, update on table middle.module to middle_api;
grant select on table middle.module to middle_worker;
grant delete, insert, select, update on table middle.module_opt_in to middle_api;
grant delete, select, update on table middle.module_opt_in to middle_worker;
grant delete, insert, select, update on table middle.module_version to middle_api;
grant select on table middle.module_version to middle_worker;
grant delete, insert, select, update on table middle.record to middle_worker;
grant select on table middle.record to middle_api;
grant delete, insert, select, update on table middle.record_set to middle_api;
grant select on table middle.record_set to middle_worker;
grant delete, insert, select, update on table middle.record_version to middle_worker;
grant select on table middle.record_version to middle_api;
grant delete, insert, select, update on table middle.setting to middle_api;
grant select on table middle.setting to middle_worker;
grant delete, insert, select, update on table middle.step_run to middle_worker;
grant insert, select on table middle.step_run to middle_api;
grant delete, insert, select, update on table middle.sync to middle_api;
grant select on table middle.sync to middle_worker;
grant delete, insert, select, update on table middle.sync_run to middle_worker;
grant insert, select, update on table middle.sync_run to middle_api;
grant delete, insert, select, update on table middle.sync_tick to middle_worker;
grant select on table middle.sync_tick to middle_api;
grant delete, insert, select, update on table middle.transfer_seen to middle_worker;
grant select on table middle.transfer_seen to middle_api;
grant delete, insert, select, update on table middle.trigger to middle_api;
grant delete, insert, select, update on table middle.trigger to middle_worker;
grant delete, insert, select, update on table middle.trigger_backlog to middle_worker;
grant select on table middle.trigger_backlog to middle_api;
grant delete, insert, select, update on table middle.trigger_count to middle_worker;
grant select on table middle.trigger_count to middle_api;
grant delete, insert, select, update on table middle.trigger_requeue to middle_worker;
grant delete, select, update on table middle.trigger_requeue to middle_api;
grant delete, insert, select, update on table middle.trigger_tick to middle_worker;
grant select on table middle.trigger_tick to middle_api;
grant insert, select, update on table middle.webhook_address to middle_api;
grant select on table middle.webhook_address to middle_worker;
grant delete, insert, select, update on table middle.webhook_count to middle_worker;
grant select on table middle.webhook_count to middle_api;
grant delete, insert, select, update on table middle.webhook_request to middle_api;
grant delete, insert, select, update on table middle.webhook_request to middle_worker;
grant delete, insert, select, update on table middle.workflow to middle_api;
grant delete, insert, select, update on table middle.workflow to middle_worker;
grant delete, insert, select, update on table middle.workflow_endpoint to middle_api;
grant select on table middle.workflow_endpoint to middle_worker;
grant delete, insert, select, update on table middle.workflow_failure to middle_worker;
grant select on table middle.workflow_failure to middle_api;
grant delete, insert, select, update on table middle.workflow_failure_minute to middle_worker;
grant select on table middle.workflow_failure_minute to middle_api;
grant insert, select on table middle.workflow_version to middle_api;
grant insert, select on table middle.workflow_version to middle_worker;
grant select on table migration.applied to middle_api;
grant select on table migration.applied to middle_worker;
grant delete, insert, select, update on table queue.dead_letter to middle_worker;
grant delete, select on table queue.dead_letter to middle_api;
grant delete, insert, select, update on table queue.message to middle_worker;
grant insert, select on table queue.message to middle_api;
grant delete, insert, select, update on table queue.queue to middle_worker;
grant select on table queue.queue to middle_api;
grant update (acknowledged_at) on table middle.alert to middle_api;
grant update (acknowledged_by) on table middle.alert to middle_api;
grant update (snoozed_until) on table middle.alert to middle_api;
grant update (held_since) on table middle.alert_channel to middle_worker;
grant update (attempts) on table middle.alert_message to middle_api;
grant update (error) on table middle.alert_message to middle_api;
grant update (next_at) on table middle.alert_message to middle_api;
grant update (settled_at) on table middle.alert_message to middle_api;
grant update (state) on table middle.alert_message to middle_api;
grant update (attention) on table middle.connection to middle_worker;
grant update (attention_at) on table middle.connection to middle_worker;
grant update (token) on table middle.connection to middle_worker;
grant update (token_expires_at) on table middle.connection to middle_worker;
grant update (token_renewal) on table middle.connection to middle_worker;
grant update (token_renewal_until) on table middle.connection to middle_worker;
grant update (token_renewed_at) on table middle.connection to middle_worker;
grant update (cancel_requested_at) on table middle.execution_open to middle_api;
grant update (cancelled_by) on table middle.execution_open to middle_api;
grant update (covered_until) on table middle.sync to middle_worker;
grant update (next_tick_at) on table middle.sync to middle_worker;
grant update (succeeded_at) on table middle.sync to middle_worker;
grant update (ticks_since_success) on table middle.sync to middle_worker;
grant update (next_tick_at) on table middle.trigger to middle_worker;
revoke all on function logs.add_day(date) from public;
revoke all on function logs.drop_days(date) from public;
revoke all on function logs.lowest_invocation(date) from public;
revoke all on function middle.add_counts(jsonb,jsonb) from public;
revoke all on function middle.add_day_partitions(date,integer) from public;
revoke all on function middle.add_record_set_partition(integer) from public;
revoke all on function middle.addresses_of(uuid[],uuid) from public;
revoke all on function middle.day_of(uuid) from public;
revoke all on function middle.drop_day_partitions(text,date) from public;
revoke all on function middle.drop_record_set_partition(integer) from public;
revoke all on function middle.uuid_at(timestamp with time zone) from public;
grant execute on function logs.add_day(date) to middle_worker;
grant execute on function logs.drop_days(date) to middle_worker;
grant execute on function middle.add_counts(jsonb,jsonb) to middle_api;
grant execute on function middle.add_counts(jsonb,jsonb) to middle_worker;
grant execute on function middle.add_day_partitions(date,integer) to middle_worker;
grant execute on function middle.add_record_set_partition(integer) to middle_api;
grant execute on function middle.addresses_of(uuid[],uuid) to middle_worker;
grant execute on function middle.day_of(uuid) to middle_api;
grant execute on function middle.day_of(uuid) to middle_worker;
grant execute on function middle.drop_day_partitions(text,date) to middle_worker;
grant execute on function middle.drop_record_set_partition(integer) to middle_api;
grant execute on function middle.uuid_at(timestamp with time zone) to middle_api;
grant execute on function middle.uuid_at(timestamp with time zone) to middle_worker;

-- breaking: no
-- One customer's stack. Objects belong to the migrations role; the API and worker roles get the least they need (0002).
-- Ids are UUIDv7: they sort by time, so history tables are partitioned by ranges of the id itself.

create schema middle;

-- Accounts, apps, connections -----------------------------------------------------------------------------------

create table middle.account (
  id uuid primary key default uuidv7(),
  key text not null unique check (key ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text not null,
  enabled boolean not null default true, -- the master switch: off stops its syncs, triggers and workflows
  created_at timestamptz not null default now()
);

create table middle.app (
  id uuid primary key default uuidv7(),
  key text not null unique check (key ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text not null,
  notes text not null default '',
  icon_color text not null default '#5b6ee1',
  visibility text not null default 'public' check (visibility in ('hidden', 'public', 'allow_listed')),
  allowed_accounts uuid[] not null default '{}',
  created_at timestamptz not null default now()
);

create table middle.app_version (
  id uuid primary key default uuidv7(),
  app_id uuid not null references middle.app on delete cascade,
  version text not null,
  state text not null default 'draft' check (state in ('draft', 'on', 'off')), -- immutable once it left draft
  manifest jsonb not null,
  digest text not null, -- SHA-256 over the package's files, hex
  approved_hosts text[] not null default '{}', -- egress hosts an owner approved; a subset of the manifest's
  pushed_by text not null,
  pushed_at timestamptz not null default now(),
  switched_on_at timestamptz,
  unique (app_id, version)
);

-- The package's files live in the database, so that a restore brings code and data to the same moment.
create table middle.app_file (
  app_version_id uuid not null references middle.app_version on delete cascade,
  path text not null,
  content bytea not null,
  primary key (app_version_id, path)
);

create table middle.function_bundle (
  app_version_id uuid not null references middle.app_version on delete cascade,
  function_key text not null,
  kind text not null check (kind in ('sync', 'action', 'auth')),
  engine text not null check (engine in ('javascript', 'python')),
  digest text not null,
  code text not null,
  primary key (app_version_id, function_key)
);

create table middle.app_credential (
  id uuid primary key default uuidv7(),
  app_id uuid not null references middle.app on delete cascade,
  name text not null,
  description text not null default '',
  payload bytea not null, -- sealed by the stack's key
  is_default boolean not null default false,
  allowed_accounts uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  unique (app_id, name)
);

create table middle.connection (
  id uuid primary key default uuidv7(),
  account_id uuid not null references middle.account on delete cascade,
  app_id uuid not null references middle.app,
  app_version_id uuid not null references middle.app_version,
  app_credential_id uuid references middle.app_credential,
  name text not null,
  enabled boolean not null default true,
  auth_config text, -- key of the auth config in the manifest
  credentials bytea, -- sealed by the stack's key: what the connecting user filled in
  token bytea, -- sealed: the access token in use, refreshed under a row lock
  token_expires_at timestamptz,
  attention text, -- why a person has to look, such as rejected credentials; null when all is well
  base_url text, -- overrides the manifest's
  development_hosts text[] not null default '{}', -- named loopback host:port pairs, each use is logged
  rate_requests integer,
  rate_per_seconds integer,
  created_at timestamptz not null default now(),
  unique (account_id, name)
);

-- Records ---------------------------------------------------------------------------------------------------------

-- One record type of one connection: the unit of storage, of locking and of search.
create table middle.record_set (
  id integer generated always as identity primary key,
  connection_id uuid not null references middle.connection on delete cascade,
  record_type text not null,
  definition jsonb not null, -- the RecordType in force
  position integer not null default 0, -- order of the record type in the manifest
  unique (connection_id, record_type)
);

-- One partition per record set (made by middle.add_record_set_partition): index pages stay close together, and
-- removing a connection drops its partitions.
create table middle.record (
  record_set_id integer not null,
  -- The value of the primary_id attribute. In byte order: the fastest, and the same on every machine and in the index.
  id text collate "C" not null,
  version integer not null default 1,
  digest bytea not null, -- 16 bytes of SHA-256 over the canonical text of data
  data jsonb not null,
  -- Newest wins: an emission is newer when (origin_started_at, origin_sequence) is greater.
  origin_started_at timestamptz not null,
  origin_sequence bigint not null, -- message sequence * 2^20 + line in the message
  invocation_id uuid not null, -- which invocation wrote this version
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz, -- vanished at the source
  last_used_at timestamptz,
  primary key (record_set_id, id)
) partition by list (record_set_id);

-- Earlier states. Partitioned by the time they were replaced, so that expiry drops a partition.
create table middle.record_version (
  record_set_id integer not null,
  id text collate "C" not null,
  version integer not null,
  data jsonb not null,
  invocation_id uuid not null,
  deleted_at timestamptz,
  valid_from timestamptz not null,
  replaced_at timestamptz not null,
  primary key (record_set_id, id, version, replaced_at)
) partition by range (replaced_at);

create table middle.invalid_record (
  id uuid primary key default uuidv7(),
  record_set_id integer references middle.record_set on delete cascade, -- null when the record type is unknown
  connection_id uuid not null references middle.connection on delete cascade,
  record_type text not null,
  record_id text,
  invocation_id uuid not null,
  sync_run_id uuid,
  origin_started_at timestamptz not null,
  origin_sequence bigint not null,
  data jsonb, -- null when it was not JSON; then raw has the text
  raw text,
  problems jsonb not null, -- [{ path, problem, value? }]
  state text not null default 'open' check (state in ('open', 'reprocessed', 'dismissed')),
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  unique (invocation_id, origin_sequence)
);
create index invalid_record_open on middle.invalid_record (connection_id, id) where state = 'open';
create index invalid_record_set on middle.invalid_record (record_set_id, id);
create index invalid_record_run on middle.invalid_record (sync_run_id, id);

-- A foreign key value not seen yet: one lookup, however many records name it.
create table middle.lookup_request (
  record_set_id integer not null references middle.record_set on delete cascade, -- of the record that is missing
  record_id text not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'found', 'gave_up')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  sync_run_id uuid,
  reason text, -- why it gave up
  requested_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (record_set_id, record_id)
);
create index lookup_request_due on middle.lookup_request (next_at) where state = 'pending';

-- Syncs -----------------------------------------------------------------------------------------------------------

create table middle.sync (
  id uuid primary key default uuidv7(),
  record_set_id integer not null references middle.record_set on delete cascade,
  kind text not null check (kind in ('complete', 'recent', 'lookup')),
  function_key text not null,
  enabled boolean not null default false,
  every_seconds integer, -- null: only by hand (and for lookups)
  overlap_seconds integer not null default 0,
  catch_up jsonb, -- { weekday 1-7, hour 0-23, time_zone, window_days } or null
  mark_deleted boolean not null default false, -- complete: records that vanished at the source are marked deleted
  stall_seconds integer not null default 300, -- no progress for this long ends the run as stalled
  next_tick_at timestamptz,
  unique (record_set_id, kind)
);
create index sync_due on middle.sync (next_tick_at) where enabled and next_tick_at is not null;

-- Exactly one tick: a schedule fires once per tick, under any number of workers.
create table middle.sync_tick (
  sync_id uuid not null references middle.sync on delete cascade,
  cause text not null,
  tick timestamptz not null,
  sync_run_id uuid not null,
  primary key (sync_id, cause, tick)
);

create table middle.sync_run (
  id uuid primary key default uuidv7(),
  sync_id uuid not null references middle.sync on delete cascade,
  record_set_id integer not null,
  connection_id uuid not null references middle.connection on delete cascade,
  kind text not null,
  cause text not null check (cause in ('schedule', 'catch_up', 'person', 'foreign_key')),
  started_by text, -- the person, for cause person
  input jsonb not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'storing', 'succeeded', 'failed', 'cancelled')),
  attempts integer not null default 0,
  max_attempts integer not null default 5,
  next_attempt_at timestamptz not null default now(),
  cursor jsonb, -- the last progress whose messages are all applied
  progress jsonb, -- { done, total } as the function last said
  progressed_at timestamptz not null default now(), -- the watchdog looks at this
  cancel_requested_at timestamptz,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0, -- emissions that a newer one had overtaken
  invalid integer not null default 0,
  deleted integer not null default 0,
  bytes bigint not null default 0,
  error jsonb -- { code, message, fault, hint? }
);
create index sync_run_open on middle.sync_run (next_attempt_at) where state in ('queued', 'running', 'storing');
create index sync_run_history on middle.sync_run (connection_id, id desc);
create index sync_run_by_set on middle.sync_run (record_set_id, id desc);
create unique index sync_run_one_open on middle.sync_run (sync_id)
  where state in ('queued', 'running', 'storing') and kind <> 'lookup' and cause in ('schedule', 'catch_up');

-- One run of a function. A sync run that goes on after a crash has several invocations, each with its own sequence.
create table middle.invocation (
  id uuid primary key default uuidv7(),
  sync_run_id uuid, -- null for a test connection or an auth script
  connection_id uuid not null,
  app_id uuid not null,
  app_version_id uuid not null,
  function_key text not null,
  kind text not null check (kind in ('sync', 'action', 'auth', 'test')),
  attempt integer not null default 1,
  state text not null default 'running' check (state in ('running', 'ended')),
  fence bigint not null default 0, -- grows with each owner; a write with an older fence changes nothing
  lease_until timestamptz,
  worker text,
  -- In whole milliseconds, as JavaScript compares them: newest wins by this.
  started_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  ended_at timestamptz,
  outcome text check (outcome in ('ok', 'user_error', 'developer_error', 'platform_error', 'restarted', 'cancelled')),
  error jsonb,
  result jsonb,
  final_sequence integer, -- how many messages it sent, once known
  applied_messages integer not null default 0,
  applied_records integer not null default 0,
  sent_records integer,
  bytes bigint not null default 0,
  start_kind text,
  duration_ms integer
) partition by range (id);
create index invocation_by_run on middle.invocation (sync_run_id) where sync_run_id is not null;
create index invocation_by_connection on middle.invocation (connection_id, id desc);
create index invocation_leases on middle.invocation (lease_until) where state = 'running';

-- Once in effect: recorded in the transaction that stored the message's effect.
create table middle.applied_message (
  invocation_id uuid not null,
  sequence integer not null,
  cursor jsonb, -- the last progress in this message
  has_cursor boolean not null default false,
  applied_at timestamptz not null default now(),
  primary key (invocation_id, sequence)
) partition by range (invocation_id);

-- Which records a complete transfer has seen: 8-byte hashes of ids, packed, one row per message. Removed when it ends.
create table middle.transfer_seen (
  sync_run_id uuid not null,
  invocation_id uuid not null,
  sequence integer not null,
  id_hashes bytea not null,
  primary key (sync_run_id, invocation_id, sequence)
);

-- Outbox ----------------------------------------------------------------------------------------------------------

-- One row per record set and stored batch. A consumer reads in the order (xact, position), and only rows whose
-- transaction is older than every running one, so that a late commit is never skipped.
create table middle.change_batch (
  xact xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  record_set_id integer not null,
  invocation_id uuid not null,
  created_ids text[] not null,
  updated_ids text[] not null,
  deleted_ids text[] not null,
  at timestamptz not null default now(),
  primary key (xact, position)
);

create table middle.change_consumer (
  name text primary key, -- search, and later triggers
  xact xid8 not null default '0',
  position bigint not null default 0
);

-- People, audit, settings -----------------------------------------------------------------------------------------

create table middle.audit_event (
  id uuid primary key default uuidv7(),
  actor text not null, -- person:ID, cli, worker, system
  actor_name text not null,
  action text not null, -- noun.verb
  subject_kind text not null,
  subject_id text not null,
  account_id uuid,
  detail jsonb not null default '{}', -- what changed, before and after; never a secret
  request_id text
);
create index audit_event_subject on middle.audit_event (subject_kind, subject_id, id desc);

create table middle.setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- What the parts of the stack say of themselves, for the health page and `middle status`.
create table middle.heartbeat (
  part text primary key, -- api, worker:N, functions, search
  at timestamptz not null,
  detail jsonb not null default '{}'
);

-- Partitions ------------------------------------------------------------------------------------------------------
-- The API and the worker have no right to change the schema; these functions do the few changes that data asks for.

-- Made apart and then attached: attaching lets readers and writers of the others go on, `create ... partition of`
-- would wait for all of them and stop them meanwhile. A fill factor below 100 leaves room for updates in place.
create function middle.add_record_set_partition(record_set_id integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  partition_name text := 'record_' || record_set_id;
begin
  if to_regclass(format('middle.%I', partition_name)) is null then
    execute format('create table middle.%I (like middle.record including all) with (fillfactor = 85)', partition_name);
    execute format('alter table middle.record attach partition middle.%I for values in (%s)', partition_name, record_set_id);
  end if;
end $$;

create function middle.drop_record_set_partition(record_set_id integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop table if exists middle.record_%s', record_set_id);
end $$;

-- The lowest UUIDv7 of a moment: 48 bits of Unix milliseconds, then the version and variant bits.
create function middle.uuid_at(moment timestamptz) returns uuid
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Makes the daily partitions of the history tables from `from_day` for `days` days. Idempotent.
create function middle.add_day_partitions(from_day date, days integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
    foreach history_table in array array['record_version', 'invocation', 'applied_message'] loop
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
end $$;

-- Drops the daily partitions of one history table that ended before `before_day`; returns how many. Dropping stops the
-- table for a moment: it gives up when it would have to wait, and is tried again later.
create function middle.drop_day_partitions(history_table text, before_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  if history_table not in ('record_version', 'invocation', 'applied_message') then
    raise exception 'not a history table: %', history_table;
  end if;
  for partition_name in
    select c.relname from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = format('middle.%I', history_table)::regclass
      and right(c.relname, 8) ~ '^[0-9]{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < before_day
  loop
    execute format('drop table middle.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- breaking: no
-- Workflows, triggers, executions and their history.

-- Definitions -----------------------------------------------------------------------------------------------------

create table middle.workflow (
  id uuid primary key default uuidv7(),
  account_id uuid not null references middle.account on delete cascade,
  name text not null,
  notes text not null default '',
  enabled boolean not null default true, -- off: nothing of it starts; what waits, waits
  draft jsonb not null default '{"steps": []}', -- a workflow definition that may still be wrong
  draft_revision integer not null default 1, -- grows with each save; a save names the one it was made from
  draft_saved_by text not null,
  draft_saved_at timestamptz not null default now(),
  version integer, -- the published one in force; null: never published
  bindings jsonb not null default '{}', -- which connection fills each slot: { slot: connection id }
  at_once integer check (at_once > 0), -- executions under way at a time; null: no limit of its own
  priority smallint not null default 0 check (priority between -10 and 10), -- higher first, within its account
  created_at timestamptz not null default now(),
  deleted_at timestamptz -- the row stays as long as its executions do, for their sake
);
create unique index workflow_name on middle.workflow (account_id, name) where deleted_at is null;

-- Published versions are immutable; going back is publishing an older definition again.
create table middle.workflow_version (
  workflow_id uuid not null references middle.workflow on delete cascade,
  version integer not null,
  definition jsonb not null,
  notes text not null default '',
  published_by text not null,
  published_at timestamptz not null default now(),
  primary key (workflow_id, version)
);

-- Triggers --------------------------------------------------------------------------------------------------------

create table middle.trigger (
  id uuid primary key default uuidv7(),
  workflow_id uuid not null references middle.workflow on delete cascade,
  name text not null,
  kind text not null check (kind in ('record', 'schedule')),
  enabled boolean not null default false,
  record_set_id integer references middle.record_set on delete set null, -- null for a record trigger: its connection is gone
  events text[] not null default '{}' check (events <@ array['created', 'updated']),
  schedule jsonb, -- see core/workflow/trigger.ts
  next_tick_at timestamptz,
  input jsonb not null default '{}', -- { workflow input: expression }
  discard text, -- an expression: true starts nothing, it is only counted
  requeue text, -- an expression: true looks again later
  requeue_seconds integer not null default 60 check (requeue_seconds between 1 and 604800),
  requeue_attempts integer not null default 10 check (requeue_attempts between 1 and 1000),
  created_at timestamptz not null default now(),
  unique (workflow_id, name)
);
create index trigger_by_set on middle.trigger (record_set_id) where kind = 'record';
create index trigger_due on middle.trigger (next_tick_at) where kind = 'schedule' and enabled;

-- Exactly one tick, under any number of workers.
create table middle.trigger_tick (
  trigger_id uuid not null references middle.trigger on delete cascade,
  tick timestamptz not null,
  execution_id uuid, -- null: discarded
  primary key (trigger_id, tick)
);

-- An event that a requeue criterion holds back until it passes or gives up.
create table middle.trigger_requeue (
  id uuid primary key default uuidv7(),
  trigger_id uuid not null references middle.trigger on delete cascade,
  record_set_id integer not null,
  record_id text collate "C" not null,
  record_version integer not null,
  event text not null check (event in ('created', 'updated')),
  attempts integer not null default 0,
  next_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'gave_up')),
  reason text -- why it gave up
);
create index trigger_requeue_due on middle.trigger_requeue (next_at) where state = 'waiting';
create index trigger_requeue_list on middle.trigger_requeue (trigger_id, id desc);

create table middle.trigger_count (
  trigger_id uuid not null references middle.trigger on delete cascade,
  hour timestamptz not null,
  started integer not null default 0,
  discarded integer not null default 0,
  requeued integer not null default 0,
  gave_up integer not null default 0,
  failed integer not null default 0, -- its expressions failed; each left a failed execution
  primary key (trigger_id, hour)
);

-- Executions ------------------------------------------------------------------------------------------------------
-- An execution that is under way is a row here. When it ends it moves to middle.execution, which is written once and
-- never updated: history grows without dead rows and expires by dropping days.

create table middle.execution_open (
  id uuid primary key default uuidv7(),
  account_id uuid not null,
  workflow_id uuid not null,
  version integer not null, -- it keeps the version it began with
  cause text not null check (cause in ('trigger', 'person', 'workflow', 'bulk', 'api', 'again')),
  started_by text, -- the person or key, for the causes person, api and again
  trigger_id uuid,
  parent_id uuid, -- the execution that called it or whose bulk step began it
  parent_place text,
  again_of uuid, -- the execution that this one runs again
  again_from text, -- the place from which it runs again; null: from the start
  record_set_id integer, -- what set it off, or what its bulk step gave it
  record_id text collate "C",
  record_version integer,
  input jsonb not null,
  sealed bytea, -- protected inputs, sealed by the stack's key
  queued_at timestamptz not null default clock_timestamp(),
  -- How far it is. A worker that has it writes only with its fence.
  state text not null default 'ready' check (state in ('ready', 'running', 'waiting')),
  priority smallint not null default 0,
  next_at timestamptz not null default clock_timestamp(), -- ready: not before; waiting: wakes at the latest
  fence bigint not null default 0,
  executor text, -- who runs it; see middle.executor
  started_at timestamptz,
  restarts integer not null default 0, -- how often its worker went silent
  cancel_requested_at timestamptz,
  cancelled_by text
);
create index execution_open_ready on middle.execution_open (workflow_id, priority desc, next_at, id) where state = 'ready';
create index execution_open_waiting on middle.execution_open (next_at) where state = 'waiting';
create index execution_open_running on middle.execution_open (executor) where state = 'running';
create index execution_open_list on middle.execution_open (workflow_id, id desc);
create index execution_open_parent on middle.execution_open (parent_id) where parent_id is not null;
create index execution_open_cancelled on middle.execution_open (id) where cancel_requested_at is not null;

create table middle.execution (
  id uuid not null,
  account_id uuid not null,
  workflow_id uuid not null,
  version integer not null,
  state text not null check (state in ('succeeded', 'failed', 'cancelled')),
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
  error jsonb, -- { code, message, fault, hint? }
  ended_in text, -- the place that ended it; null: its last step was passed
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz not null default clock_timestamp(),
  restarts integer not null,
  steps integer not null,
  cancelled_by text,
  primary key (id)
) partition by range (id);
create index execution_by_account on middle.execution (account_id, id desc);
create index execution_by_workflow on middle.execution (workflow_id, id desc);
create index execution_bad on middle.execution (account_id, workflow_id, id desc) where state <> 'succeeded';
create index execution_by_parent on middle.execution (parent_id, id desc) where parent_id is not null;
create index execution_by_record on middle.execution (record_set_id, record_id, id desc) where record_id is not null;
create index execution_again on middle.execution (again_of) where again_of is not null;

-- Each step's outcome is committed before the next begins; in their order these rows are the execution's whole truth.
create table middle.step_run (
  execution_id uuid not null,
  sequence integer not null, -- from 1, no gaps
  place text not null, -- the step's key and the items of the for eachs around it
  kind text not null,
  state text not null check (state in ('running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  branch text, -- the block it went on with
  attempts smallint not null default 1,
  input jsonb,
  output jsonb,
  sealed bytea, -- the input and output with their protected values, sealed by the stack's key
  error jsonb,
  tried jsonb, -- earlier attempts: [{ invocation, startedAt, error }]
  invocation_id uuid, -- of the last attempt
  reused boolean not null default false, -- taken over from the execution that this one runs again
  queued_at timestamptz not null, -- when the step before it was committed
  started_at timestamptz not null,
  ran_at timestamptz, -- when its work ended
  stored_at timestamptz not null default clock_timestamp(),
  primary key (execution_id, sequence)
) partition by range (execution_id);

-- A worker process that runs executions. One lease for all it has, so that renewing costs one row; when it ends, what
-- the executor had goes to others, with a higher fence.
create table middle.executor (
  name text primary key, -- another one with each start of a process
  lease_until timestamptz not null
);

-- Executions that wait for a record to change.
create table middle.execution_wait (
  execution_id uuid primary key references middle.execution_open on delete cascade,
  record_set_id integer not null,
  record_id text collate "C" not null,
  changed boolean not null default false -- since it was last looked at
);
create index execution_wait_record on middle.execution_wait (record_set_id, record_id);

-- A bulk step under way: how far it has read its records and what became of the executions it began.
create table middle.bulk_run (
  execution_id uuid not null,
  place text not null,
  workflow_id uuid not null,
  version integer not null,
  record_set_id integer not null,
  at_once integer not null, -- executions of it under way at a time
  after_id text collate "C" not null default '', -- records up to this id are done
  is_read boolean not null default false, -- every record was looked at
  looked_at bigint not null default 0,
  begun bigint not null default 0,
  succeeded bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  total bigint, -- records in the set when it began, an estimate
  began_at timestamptz not null default clock_timestamp(),
  primary key (execution_id, place)
);

-- What ended, for those that follow it (search, alerts, counts): like middle.change_batch.
create table middle.execution_batch (
  xact xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  ids uuid[] not null,
  at timestamptz not null default now(),
  primary key (xact, position)
);

-- Partitions ------------------------------------------------------------------------------------------------------
-- An execution may wait for longer than history is kept: what is left of it then goes to the default partitions.

create table middle.execution_rest partition of middle.execution default;
create table middle.step_run_rest partition of middle.step_run default;

create or replace function middle.add_day_partitions(from_day date, days integer) returns void
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
    foreach history_table in array array['record_version', 'invocation', 'applied_message', 'execution', 'step_run'] loop
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

create or replace function middle.drop_day_partitions(history_table text, before_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  if history_table not in ('record_version', 'invocation', 'applied_message', 'execution', 'step_run') then
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
    end if;
    execute format('drop table middle.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- Grants ----------------------------------------------------------------------------------------------------------

grant select on middle.workflow, middle.workflow_version, middle.trigger, middle.trigger_tick, middle.trigger_requeue,
  middle.trigger_count, middle.execution_open, middle.execution, middle.step_run, middle.execution_wait,
  middle.bulk_run, middle.execution_batch, middle.executor to middle_api, middle_worker;
grant insert, update, delete on middle.workflow, middle.trigger to middle_api;
grant insert on middle.workflow_version, middle.execution_open, middle.step_run to middle_api;
grant update (cancel_requested_at, cancelled_by) on middle.execution_open to middle_api;
grant update, delete on middle.trigger_requeue to middle_api;
grant update (next_tick_at) on middle.trigger to middle_worker;
grant insert, update, delete on middle.trigger_tick, middle.trigger_requeue, middle.trigger_count, middle.execution_open,
  middle.execution, middle.step_run, middle.execution_wait, middle.bulk_run, middle.execution_batch, middle.executor
  to middle_worker;

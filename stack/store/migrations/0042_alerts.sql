-- breaking: no
-- Alerts of accounts and of the stack: what was found wrong, who looks after it, who is told of it and how.

alter table middle.alert drop constraint alert_kind_check;
alter table middle.alert
  add constraint alert_kind_check check (kind in ('workflow_failing', 'sync_failing', 'connection_attention',
    'executions_waiting', 'webhooks_dead', 'queue_age', 'dead_letters', 'balance_difference', 'search_drift')),
  add column account_id uuid references middle.account on delete cascade, -- null: of the stack as a whole
  add column occurrences bigint not null default 1, -- how often it happened since it was raised
  add column acknowledged_at timestamptz, -- somebody looks after it: no more reminders
  add column acknowledged_by text,
  add column snoozed_until timestamptz;
create index alert_open_list on middle.alert (account_id, id desc) where cleared_at is null;
create index alert_list on middle.alert (account_id, id desc);
create index alert_cleared on middle.alert (cleared_at) where cleared_at is not null;

-- What differs from the defaults in core/alert/kinds.ts.
create table middle.alert_rule (
  account_id uuid references middle.account on delete cascade, -- null: of the stack
  kind text not null,
  enabled boolean not null,
  thresholds jsonb not null default '{}',
  unique nulls not distinct (account_id, kind)
);

create table middle.alert_channel (
  id uuid primary key default uuidv7(),
  account_id uuid references middle.account on delete cascade, -- null: of the stack
  name text not null,
  kind text not null check (kind in ('email', 'webhook')),
  enabled boolean not null default true,
  kinds text[], -- of alerts it tells; null: every kind
  every_account boolean not null default false check (not every_account or account_id is null), -- tells those of accounts too
  people uuid[] not null default '{}', -- their address of the day, as long as they may see the account
  addresses text[] not null default '{}',
  url text,
  secret bytea, -- signs what a webhook gets; sealed by the stack's key
  private_addresses boolean not null default false, -- an owner lets it reach a private address
  group_seconds integer not null check (group_seconds between 0 and 3600),
  per_hour integer not null check (per_hour between 1 and 120),
  held_since timestamptz, -- its hour is full since
  created_by text not null,
  created_at timestamptz not null default now(),
  check ((kind = 'webhook') = (url is not null and secret is not null)),
  unique nulls not distinct (account_id, name)
);

-- What a channel has heard of an alert.
create table middle.alert_told (
  channel_id uuid not null references middle.alert_channel on delete cascade,
  alert_id uuid not null references middle.alert on delete cascade,
  at timestamptz not null,
  reminders integer not null,
  is_over boolean not null,
  primary key (channel_id, alert_id)
);
create index alert_told_alert on middle.alert_told (alert_id);

-- The outbox: a message is written with the note of what it tells, and sent from here until it went or is given up.
create table middle.alert_message (
  id uuid primary key, -- by the time it was made; receivers know a repeat by it
  channel_id uuid not null references middle.alert_channel on delete cascade,
  alert_ids uuid[] not null,
  content jsonb not null, -- { subject, text, html, payload }
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  made_at timestamptz not null,
  attempts integer not null default 0,
  next_at timestamptz not null, -- when it is tried next, or may be taken from a worker that went silent
  fence bigint not null default 0,
  settled_at timestamptz,
  error text -- of the last attempt; of one that was sent: who was refused
);
create index alert_message_due on middle.alert_message (next_at) where state = 'waiting';
create index alert_message_list on middle.alert_message (channel_id, id desc);
create index alert_message_age on middle.alert_message (made_at);

-- Workflows that failed: how often in all, and what became of them last. Counted from the outbox of ended executions.
create table middle.workflow_failure (
  workflow_id uuid primary key references middle.workflow on delete cascade,
  failures bigint not null,
  failed_at timestamptz not null,
  execution_id uuid not null, -- the last that failed
  error jsonb,
  succeeded_at timestamptz -- the last success after the first failure
);
create index workflow_failure_age on middle.workflow_failure (failed_at);
create table middle.workflow_failure_minute (
  workflow_id uuid not null references middle.workflow on delete cascade,
  minute timestamptz not null,
  failures integer not null,
  primary key (workflow_id, minute)
);
create index workflow_failure_minute_age on middle.workflow_failure_minute (minute);

create index sync_run_failed on middle.sync_run (sync_id, ended_at desc) where state = 'failed';

-- The worker may not read people; it learns the addresses of those who may see the account, or of owners.
create function middle.addresses_of(people uuid[], account uuid) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.email from auth."user" p
  where p.id = any(people) and p.email not like '%.invalid'
    and (p.role = 'owner' or exists (select from auth.membership m where m.person_id = p.id and m.account_id = account))
$$;
revoke all on function middle.addresses_of(uuid[], uuid) from public;
grant execute on function middle.addresses_of(uuid[], uuid) to middle_worker;

grant select on middle.alert_rule, middle.alert_channel, middle.alert_told, middle.alert_message,
  middle.workflow_failure, middle.workflow_failure_minute to middle_api, middle_worker;
grant insert, update, delete on middle.alert_rule, middle.alert_channel to middle_api;
grant update (acknowledged_at, acknowledged_by, snoozed_until) on middle.alert to middle_api;
grant update (state, attempts, next_at, error, settled_at) on middle.alert_message to middle_api;
grant update (held_since) on middle.alert_channel to middle_worker;
grant insert, update, delete on middle.alert_told, middle.alert_message, middle.workflow_failure,
  middle.workflow_failure_minute to middle_worker;

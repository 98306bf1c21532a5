-- breaking: no
-- Triggers take in changes as they were written, wherever the record is by then, and take turns between record sets.

-- Which version each change of updated_ids wrote; a created record has version 1. Empty: written by an older release.
alter table middle.change_batch add column updated_versions integer[] not null default '{}';

-- A trigger looks at what is stored from this moment on; null while it is off.
alter table middle.trigger add column enabled_since timestamptz;

-- Changes that triggers have to look at: the consumer `triggers` copies them here from the outbox, for record sets that
-- have triggers only. Each record set has its own line, so a flood in one delays no other.
create table middle.trigger_backlog (
  record_set_id integer not null references middle.record_set on delete cascade,
  xact xid8 not null,
  position bigint not null,
  invocation_id uuid not null,
  created_ids text[] not null,
  updated_ids text[] not null,
  updated_versions integer[] not null,
  at timestamptz not null, -- when it was stored
  done integer not null default 0, -- of its changes: the created ones, then the updated ones
  primary key (record_set_id, xact, position)
);

-- The state of the record that the event speaks of began then; by it the state before is found in the history.
alter table middle.trigger_requeue add column changed_at timestamptz not null default now();
-- Events that gave up are looked for by day when they expire.
create index trigger_requeue_gave_up on middle.trigger_requeue (next_at) where state = 'gave_up';
create index trigger_tick_age on middle.trigger_tick (tick);
create index trigger_count_age on middle.trigger_count (hour);

grant select on middle.trigger_backlog to middle_api, middle_worker;
grant insert, update, delete on middle.trigger_backlog to middle_worker;

-- breaking: no
-- The queue of each app with SQS's semantics, for a stack without SQS. Independent of the stack's own tables.

create schema queue;

create table queue.queue (
  app text primary key,
  created_at timestamptz not null default now()
);

create table queue.message (
  id bigint generated always as identity primary key,
  app text not null references queue.queue on delete cascade,
  body bytea not null,
  sent_at timestamptz not null,
  visible_at timestamptz not null, -- in the future: delayed, or received and not yet deleted
  receive_count integer not null default 0,
  receipt uuid -- changes with each receive, so a late consumer's receipt is stale
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
-- Bodies are large and live for seconds: compressing them costs more than it saves.
alter table queue.message alter column body set storage external;
create index message_due on queue.message (app, visible_at, id);

create table queue.dead_letter (
  id bigint primary key,
  app text not null references queue.queue on delete cascade,
  body bytea not null,
  sent_at timestamptz not null,
  receive_count integer not null,
  reason_code text not null,
  reason_message text not null,
  died_at timestamptz not null
);
create index dead_letter_by_app on queue.dead_letter (app, id);

grant usage on schema queue to middle_api, middle_worker;
grant select on all tables in schema queue to middle_api;
grant select, insert, update, delete on all tables in schema queue to middle_worker;
-- A person redrives or deletes dead letters through the API.
grant insert on queue.message to middle_api;
grant delete on queue.dead_letter to middle_api;

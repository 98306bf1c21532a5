-- breaking: no
-- A job is work that a person or the platform asks the worker for and wants to watch: rebuild the search index,
-- compare index and records, reprocess a quarantine. The row is the intent; whoever holds the lease does the work.

create table middle.job (
  id uuid primary key default uuidv7(),
  kind text not null check (kind ~ '^[a-z][a-z_]{0,62}$'),
  subject text not null default '', -- what it is about, such as a record set's id; one open job per kind and subject
  input jsonb not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  attempts integer not null default 0,
  max_attempts integer not null default 3,
  next_attempt_at timestamptz not null default now(),
  fence bigint not null default 0, -- grows with each claim; a write with an older fence changes nothing
  lease_until timestamptz,
  worker text,
  progress jsonb, -- { done, total } and whatever the kind adds
  result jsonb,
  error jsonb, -- { code, message, fault }
  cancel_requested_at timestamptz,
  requested_by text not null, -- person:ID, cli, system
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create unique index job_one_open on middle.job (kind, subject) where state in ('queued', 'running');
create index job_due on middle.job (next_attempt_at) where state in ('queued', 'running');
create index job_history on middle.job (kind, id desc);

grant select on middle.job to middle_api, middle_worker;
grant insert, update on middle.job to middle_api;
grant insert, update, delete on middle.job to middle_worker;

-- A consumer of the outbox is one process at a time: it holds a lease and writes its place with its fence.
alter table middle.change_consumer add column fence bigint not null default 0;
alter table middle.change_consumer add column owner text;
alter table middle.change_consumer add column lease_until timestamptz;

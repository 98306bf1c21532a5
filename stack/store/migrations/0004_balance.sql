-- breaking: no
-- Alerts: what the platform found wrong by itself. One open row per kind and subject.

create table middle.alert (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('balance_difference', 'search_drift')),
  subject text not null, -- such as connection:ID or record_set:ID
  message text not null,
  data jsonb not null default '{}',
  raised_at timestamptz not null default now(),
  seen_at timestamptz not null default now(), -- when it was last found so
  cleared_at timestamptz
);
create unique index alert_open on middle.alert (kind, subject) where cleared_at is null;

-- What the last reconciliation found, per connection and per app; recounted from the tables each time.
create table middle.balance (
  subject text primary key, -- connection:ID or app:ID
  app_id uuid not null references middle.app on delete cascade,
  connection_id uuid references middle.connection on delete cascade,
  counters jsonb not null,
  differences jsonb not null, -- [{ name, expected, actual, message }]
  checked_at timestamptz not null
);

-- Days since last use or update after which a record is deleted; null: as the stack's setting says.
alter table middle.record_set add column retention_days integer check (retention_days > 0);

grant select on middle.alert, middle.balance to middle_api, middle_worker;
grant insert, update, delete on middle.alert, middle.balance to middle_worker;

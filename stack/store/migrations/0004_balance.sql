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

-- What the last reconciliation of each connection found; the figures are recounted from the tables each time.
create table middle.balance (
  connection_id uuid primary key references middle.connection on delete cascade,
  counters jsonb not null,
  differences jsonb not null,
  checked_at timestamptz not null
);

grant select on middle.alert, middle.balance to middle_api, middle_worker;
grant insert, update, delete on middle.alert, middle.balance to middle_worker;

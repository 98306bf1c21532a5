-- breaking: no
-- Inbound webhooks: what outside systems send to a connection, stored before it is answered, then turned into records
-- by a function of the connection's app.

-- The token in a connection's addresses is derived from its generation by a key of the stack; it is not stored.
create table middle.webhook_address (
  connection_id uuid primary key references middle.connection on delete cascade,
  generation integer not null, -- grows when the address is changed; without a row it is 0
  previous_until timestamptz not null -- until then the address before it works too
);

-- In their order of arrival. One connection's requests are processed one after the other in this order.
create table middle.webhook_request (
  id uuid primary key default uuidv7(),
  connection_id uuid not null references middle.connection on delete cascade,
  webhook text not null, -- its key in the manifest
  method text not null,
  bytes integer not null, -- of the body
  sealed bytea not null, -- method, headers, query and body, sealed by the stack's key: they may hold secrets
  received_at timestamptz not null default clock_timestamp(),
  -- waiting -> running -> processed | refused (by the function) | dead; a person puts the last two back to waiting
  state text not null default 'waiting' check (state in ('waiting', 'running', 'processed', 'refused', 'dead')),
  attempts integer not null default 0, -- that failed
  restarts integer not null default 0, -- attempts whose worker went silent
  next_at timestamptz not null default clock_timestamp(),
  fence bigint not null default 0, -- grows with each claim; a write with an older fence changes nothing
  lease_until timestamptz,
  invocation_id uuid, -- the last one
  settled_at timestamptz,
  error jsonb, -- of the last attempt: { code, message, fault, hint? }
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0,
  invalid integer not null default 0
);
create index webhook_request_open on middle.webhook_request (connection_id, id) where state in ('waiting', 'running');
create index webhook_request_list on middle.webhook_request (connection_id, id desc);
create index webhook_request_bad on middle.webhook_request (connection_id, id desc) where state in ('refused', 'dead');

create table middle.webhook_count (
  connection_id uuid not null references middle.connection on delete cascade,
  webhook text not null,
  hour timestamptz not null,
  processed integer not null default 0,
  refused integer not null default 0,
  dead integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  older integer not null default 0,
  invalid integer not null default 0,
  primary key (connection_id, webhook, hour)
);

-- Which request an invocation of a webhook's function is for.
alter table middle.invocation add column webhook_request_id uuid;

-- Another kind of function. Days that are there already have a constraint of their own, which the parent's would not
-- take with it.
alter table middle.function_bundle drop constraint function_bundle_kind_check;
alter table middle.function_bundle add constraint function_bundle_kind_check
  check (kind in ('sync', 'action', 'auth', 'webhook'));
alter table middle.invocation drop constraint invocation_kind_check;
do $$
declare
  day regclass;
begin
  for day in select inhrelid::regclass from pg_inherits where inhparent = 'middle.invocation'::regclass loop
    execute format('alter table %s drop constraint if exists invocation_kind_check', day);
  end loop;
end $$;
alter table middle.invocation add constraint invocation_kind_check
  check (kind in ('sync', 'action', 'auth', 'test', 'webhook'));

grant select on middle.webhook_address, middle.webhook_request, middle.webhook_count to middle_api, middle_worker;
grant insert, update on middle.webhook_address to middle_api;
grant insert, update, delete on middle.webhook_request to middle_api, middle_worker;
grant insert, update, delete on middle.webhook_count to middle_worker;

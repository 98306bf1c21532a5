-- breaking: no
-- What became of executions over time, and the outbox of ended ones for everything that follows them.

-- How far who follows middle.execution_batch has come.
create table middle.execution_consumer (
  name text primary key, -- statistics, alerts, search
  xact xid8 not null default '0',
  position bigint not null default 0
);

create table middle.execution_statistic (
  account_id uuid not null references middle.account on delete cascade,
  workflow_id uuid, -- null: of the whole account
  resolution text not null check (resolution in ('minute', 'hour')),
  at timestamptz not null, -- the beginning of the minute or hour in which they ended
  succeeded integer not null,
  failed integer not null,
  cancelled integer not null,
  ran jsonb not null, -- { bucket: how many }, from start to end; see core/workflow/durations.ts
  waited jsonb not null, -- the same, from being queued to the start
  unique nulls not distinct (account_id, workflow_id, resolution, at)
);
create index execution_statistic_age on middle.execution_statistic (resolution, at);

-- { a: 1, b: 2 } and { b: 3 } make { a: 1, b: 5 }.
create function middle.add_counts(one jsonb, other jsonb) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(key, total), '{}') from (
    select key, sum(value::bigint) as total from (
      select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)
    ) counts group by key
  ) totals
$$;
revoke all on function middle.add_counts(jsonb, jsonb) from public;
grant execute on function middle.add_counts(jsonb, jsonb) to middle_api, middle_worker;

grant select on middle.execution_statistic, middle.execution_consumer to middle_api;
grant select, insert, update, delete on middle.execution_statistic, middle.execution_consumer to middle_worker;

-- breaking: no
-- The books of executions: how many were started, ended and expired, kept apart from the executions themselves, so that
-- one that vanishes, or that is there twice, is noticed.

-- What one transaction started or ended. Only inserted, so that transactions don't wait for each other's counts; the
-- balance folds these rows into middle.execution_book.
create table middle.execution_tally (
  account_id uuid not null,
  workflow_id uuid not null,
  trigger_id uuid, -- when a trigger caused them
  day date not null, -- UTC, of the executions' ids
  started integer not null default 0, -- negative: expired, and no longer among those that are there
  succeeded integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  expired integer not null default 0
);

-- started - succeeded - failed - cancelled are under way; each figure is of those that are still there.
create table middle.execution_book (
  account_id uuid not null,
  workflow_id uuid not null,
  day date not null,
  trigger_id uuid, -- null: not caused by a trigger
  started bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  cancelled bigint not null,
  expired bigint not null,
  moved_at timestamptz not null default now(),
  unique nulls not distinct (workflow_id, day, trigger_id)
);
create index execution_book_day on middle.execution_book (day);

create function middle.day_of(id uuid) returns date
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce((uuid_extract_timestamp(id) at time zone 'UTC')::date, 'epoch')
$$;
revoke all on function middle.day_of(uuid) from public;
grant execute on function middle.day_of(uuid) to middle_api, middle_worker;

insert into middle.execution_book (account_id, workflow_id, day, trigger_id, started, succeeded, failed, cancelled, expired)
select account_id, workflow_id, day, trigger_id, count(*), count(*) filter (where state = 'succeeded'),
  count(*) filter (where state = 'failed'), count(*) filter (where state = 'cancelled'), 0
from (
  select account_id, workflow_id, middle.day_of(id) as day, case when cause = 'trigger' then trigger_id end as trigger_id, state
  from middle.execution
  union all
  select account_id, workflow_id, middle.day_of(id), case when cause = 'trigger' then trigger_id end, 'open'
  from middle.execution_open
) known
group by account_id, workflow_id, day, trigger_id;

-- A day of executions that is dropped is booked as expired in the same transaction.
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
    elsif history_table = 'execution' then
      -- Nothing may end into this day between counting and dropping it.
      execute format('lock table middle.%I in access exclusive mode', partition_name);
      execute format('insert into middle.execution_tally (account_id, workflow_id, trigger_id, day, started, succeeded, failed,
          cancelled, expired)
        select account_id, workflow_id, case when cause = ''trigger'' then trigger_id end, middle.day_of(id), -count(*),
          -count(*) filter (where state = ''succeeded''), -count(*) filter (where state = ''failed''),
          -count(*) filter (where state = ''cancelled''), count(*)
        from middle.%I group by 1, 2, 3, 4', partition_name);
    end if;
    execute format('drop table middle.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- A workflow has a balance as well.
alter table middle.balance alter column app_id drop not null;
alter table middle.balance add column workflow_id uuid references middle.workflow on delete cascade;

grant insert on middle.execution_tally to middle_api;
grant select, insert, delete on middle.execution_tally to middle_worker;
grant select on middle.execution_book to middle_api;
grant select, insert, update, delete on middle.execution_book to middle_worker;

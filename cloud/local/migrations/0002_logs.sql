-- breaking: no
-- What user code printed. Independent of the stack's own tables. Partitioned by day through the invocation's UUIDv7,
-- so that the key (invocation, sequence, line) stays unique within a partition and expiry drops whole days.

create schema logs;

create table logs.entry (
  invocation uuid not null,
  sequence integer not null,
  line integer not null,
  app text not null,
  at timestamptz not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  text text not null,
  primary key (invocation, sequence, line)
) partition by range (invocation);
create index entry_by_app on logs.entry (app, at, invocation, sequence, line);

create function logs.lowest_invocation(day date) returns uuid
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (lpad(to_hex((extract(epoch from day::timestamp at time zone 'UTC') * 1000)::bigint), 12, '0')
    || '00000000000000000000')::uuid
$$;

-- Made apart and then attached: attaching lets writers go on, creating a partition in place would stop them.
create function logs.add_day(day date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  partition_name text := 'entry_' || to_char(day, 'YYYYMMDD');
begin
  perform pg_advisory_xact_lock(hashtext('logs.entry'));
  if to_regclass(format('logs.%I', partition_name)) is not null then
    return;
  end if;
  execute format('create table logs.%I (like logs.entry including all)', partition_name);
  execute format('alter table logs.entry attach partition logs.%I for values from (%L) to (%L)',
    partition_name, logs.lowest_invocation(day), logs.lowest_invocation(day + 1));
end $$;

-- Drops the days before this one; returns how many.
create function logs.drop_days(before_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('logs.entry'));
  for partition_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'logs.entry'::regclass and to_date(right(c.relname, 8), 'YYYYMMDD') < before_day
  loop
    execute format('drop table logs.%I', partition_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

revoke all on all functions in schema logs from public;
grant usage on schema logs to middle_api, middle_worker;
grant select on logs.entry to middle_api, middle_worker;
grant insert on logs.entry to middle_worker;
grant execute on function logs.add_day, logs.drop_days to middle_worker;

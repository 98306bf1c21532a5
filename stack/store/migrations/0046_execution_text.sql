-- breaking: no
-- Full-text search over executions that ended: of each one the words of its input, output, error and steps.

create table middle.execution_text (
  id uuid not null,
  account_id uuid not null,
  workflow_id uuid not null,
  words tsvector not null, -- see core/workflow/words.ts
  primary key (id)
) partition by range (id);
create index execution_text_words on middle.execution_text using gin (words);

create table middle.execution_text_rest partition of middle.execution_text default;

grant select on middle.execution_text to middle_api;
grant select, insert, delete on middle.execution_text to middle_worker;

create or replace function middle.add_day_partitions(from_day date, days integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  history_table text;
  partition_name text;
  day date;
  lower_moment timestamptz;
  upper_moment timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('middle.add_day_partitions'));
  for i in 0 .. days - 1 loop
    day := from_day + i;
    lower_moment := day::timestamp at time zone 'UTC';
    upper_moment := (day + 1)::timestamp at time zone 'UTC';
    foreach history_table in array array['record_version', 'invocation', 'applied_message', 'execution', 'step_run',
      'execution_text'] loop
      partition_name := history_table || '_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass(format('middle.%I', partition_name)) is not null;
      execute format('create table middle.%I (like middle.%I including all)', partition_name, history_table);
      if history_table = 'record_version' then
        execute format('alter table middle.%I attach partition middle.%I for values from (%L) to (%L)',
          history_table, partition_name, lower_moment, upper_moment);
      else
        execute format('alter table middle.%I attach partition middle.%I for values from (%L) to (%L)',
          history_table, partition_name, middle.uuid_at(lower_moment), middle.uuid_at(upper_moment));
      end if;
    end loop;
  end loop;
end $$;

-- A day of executions that is dropped is booked as expired in the same transaction.
create or replace function middle.drop_day_partitions(history_table text, before_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  if history_table not in ('record_version', 'invocation', 'applied_message', 'execution', 'step_run', 'execution_text') then
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

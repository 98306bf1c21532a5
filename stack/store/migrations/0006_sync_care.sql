-- breaking: no
-- What keeps syncs whole when runs fail for long, when credentials are refused, and when a transfer looks wrong.

-- Windows of recent records are without a gap up to here, however long ago their runs have expired.
alter table middle.sync add column covered_until timestamptz;
update middle.sync s set covered_until = (
  select max(r.input ->> 'until')::timestamptz from middle.sync_run r
  where r.sync_id = s.id and r.state = 'succeeded' and r.cause = 'schedule') where s.kind = 'recent';

-- Why a run that succeeded deserves a look, such as that nothing was marked deleted.
alter table middle.sync_run add column warning text;

-- Since when a connection needs a look: schedules wait, and try again once an hour.
alter table middle.connection add column attention_at timestamptz;

grant update (covered_until) on middle.sync to middle_worker;
grant update (attention_at) on middle.connection to middle_worker;

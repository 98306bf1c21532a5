-- breaking: no
-- Who renews a connection's token, how many of its functions run at a time, and which syncs go without success.

-- The renewal under way has a lease, so that nobody holds a database connection while an outside system is asked.
alter table middle.connection add column token_renewal uuid;
alter table middle.connection add column token_renewal_until timestamptz;
alter table middle.connection add column token_renewed_at timestamptz;

-- Null: as the manifest says.
alter table middle.connection add column functions_at_once integer check (functions_at_once between 1 and 100);

-- Ticks of the schedule since the sync last succeeded, and when that was, however long ago its runs have expired.
alter table middle.sync add column ticks_since_success integer not null default 0;
alter table middle.sync add column succeeded_at timestamptz;
update middle.sync s set succeeded_at = (
  select max(r.ended_at) from middle.sync_run r where r.sync_id = s.id and r.state = 'succeeded');

grant update (token_renewal, token_renewal_until, token_renewed_at) on middle.connection to middle_worker;
grant update (ticks_since_success, succeeded_at) on middle.sync to middle_worker;

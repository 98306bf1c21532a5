-- breaking: no
-- Roles exist before migrations run (made by whoever provides the database): middle_api, middle_worker.
-- The API changes what people configure and reads everything; the worker writes what syncs produce.

revoke all on all functions in schema middle from public;
grant usage on schema middle to middle_api, middle_worker;
grant select on all tables in schema middle to middle_api, middle_worker;

grant insert, update, delete on
  middle.account, middle.app, middle.app_version, middle.app_file, middle.function_bundle, middle.app_credential,
  middle.connection, middle.record_set, middle.sync, middle.setting to middle_api;
grant insert on middle.sync_run, middle.lookup_request, middle.audit_event, middle.heartbeat, middle.invocation to middle_api;
grant update on middle.sync_run, middle.invalid_record, middle.lookup_request, middle.heartbeat to middle_api;
grant execute on function middle.add_record_set_partition, middle.drop_record_set_partition, middle.uuid_at to middle_api;

grant insert, update, delete on
  middle.record, middle.record_version, middle.invalid_record, middle.lookup_request, middle.sync_tick,
  middle.sync_run, middle.invocation, middle.applied_message, middle.transfer_seen, middle.change_batch,
  middle.change_consumer, middle.heartbeat to middle_worker;
grant insert on middle.audit_event to middle_worker;
grant update (next_tick_at) on middle.sync to middle_worker;
grant update (token, token_expires_at, attention) on middle.connection to middle_worker;
grant execute on function middle.add_day_partitions, middle.drop_day_partitions, middle.uuid_at to middle_worker;

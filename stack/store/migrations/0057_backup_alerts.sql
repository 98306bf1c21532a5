-- breaking: no
-- Alerts of backups, of the database's files and of the disk.

alter table middle.alert drop constraint alert_kind_check;
alter table middle.alert
  add constraint alert_kind_check check (kind in ('workflow_failing', 'sync_failing', 'connection_attention',
    'executions_waiting', 'webhooks_dead', 'queue_age', 'dead_letters', 'balance_difference', 'search_drift',
    'backup_failing', 'backup_unverified', 'database_damaged', 'disk_low'));

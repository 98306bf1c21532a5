-- breaking: no
-- Records that vanished at the source are few: with this they are listed and counted without reading all the others.

create index record_deleted on middle.record (record_set_id, id) where deleted_at is not null;

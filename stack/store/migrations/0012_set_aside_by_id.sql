-- breaking: no
-- Whether an emission of a record is set aside and may be stored later: asked for records that did not change, so that
-- the older emission then loses against them. Most batches find it empty.
create index invalid_record_open_id on middle.invalid_record (record_set_id, record_id) where state = 'open';

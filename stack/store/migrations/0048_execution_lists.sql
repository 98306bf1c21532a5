-- breaking: no
-- Lists of what is rare among millions of executions: each filter finds its rows by an index in the order of the list.

-- Of those that went badly, by account and by workflow; one index of both could give neither order.
create index execution_bad_by_account on middle.execution (account_id, id desc) where state <> 'succeeded';
create index execution_bad_by_workflow on middle.execution (workflow_id, id desc) where state <> 'succeeded';
drop index middle.execution_bad;
create index execution_cancelled on middle.execution (account_id, id desc) where state = 'cancelled';
create index execution_by_trigger on middle.execution (trigger_id, id desc) where trigger_id is not null;
-- What triggers start is nearly all.
create index execution_by_cause on middle.execution (account_id, cause, id desc) where cause <> 'trigger';

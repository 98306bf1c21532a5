-- breaking: no
-- Executions that waited for longer than history is kept, and what is left of their steps, expire row by row.

grant select, update on middle.execution_rest to middle_worker;
grant select, delete on middle.step_run_rest to middle_worker;
create index execution_rest_ended on middle.execution_rest (ended_at);

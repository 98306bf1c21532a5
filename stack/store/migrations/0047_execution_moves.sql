-- breaking: no
-- The API tells who watches that executions of a workflow were started or ended, from their books.

grant select on middle.execution_tally to middle_api;

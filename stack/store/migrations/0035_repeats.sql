-- breaking: no
-- Executions that run again: from a step, in bulk.

-- From a step on, an execution has the first values of its variables from the one that it runs again: worked out anew
-- they could be others than those that the steps before saw. { variable: value }, sealed by the stack's key.
alter table middle.execution_open add column variables bytea;
alter table middle.execution add column variables bytea;

create index execution_open_again on middle.execution_open (again_of) where again_of is not null;

-- How far a job that runs executions again has come. It moves in the transaction that begins them, so none is begun
-- twice and none is left out, whoever goes on with the job.
create table middle.again_run (
  job_id uuid primary key references middle.job on delete cascade,
  after_id uuid, -- executions up to this id are done; null: none is yet
  is_read boolean not null default false, -- every execution was looked at
  looked_at bigint not null default 0,
  begun bigint not null default 0,
  skipped jsonb not null default '{}', -- { reason: how many }
  began_at timestamptz not null default clock_timestamp()
);

grant select on middle.again_run to middle_api, middle_worker;
grant insert, update on middle.again_run to middle_worker;

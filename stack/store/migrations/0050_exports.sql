-- breaking: no
-- Files that workflows write of records. The row is there before the file is, so that no file is ever without one.

create table middle.export_file (
  id uuid primary key, -- the blob is exports/{id}
  -- Neither key leads anywhere for sure: the row outlives both until its file is deleted.
  account_id uuid not null,
  execution_id uuid not null,
  place text not null,
  name text not null,
  content_type text not null,
  total bigint, -- records in the set when it began, an estimate
  looked_at bigint not null default 0,
  row_count bigint not null default 0,
  bytes bigint,
  sha256 text,
  began_at timestamptz not null default clock_timestamp(),
  stored_at timestamptz, -- null: it is being written, or its writer died
  expires_at timestamptz not null
);
create index export_file_execution on middle.export_file (execution_id);
create index export_file_expiry on middle.export_file (expires_at);

grant select on middle.export_file to middle_api;
grant select, insert, update, delete on middle.export_file to middle_worker;

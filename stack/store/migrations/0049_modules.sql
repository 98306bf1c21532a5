-- breaking: no
-- Modules: bundles of workflows and triggers of the stack that accounts opt in to.

create table middle.module (
  id uuid primary key default uuidv7(),
  key text not null unique,
  title text not null, -- of the version in force
  description text not null default '',
  version integer not null, -- the newest one, which every account that opted in is to have
  template jsonb, -- { accountId, workflows: { id: key } }: where the newest version was taken from; null: from a file
  created_at timestamptz not null default now()
);

create table middle.module_version (
  module_id uuid not null references middle.module on delete cascade,
  version integer not null,
  content jsonb not null, -- see core/module/content.ts
  notes text not null default '',
  published_by text not null,
  published_at timestamptz not null default now(),
  primary key (module_id, version)
);

-- What an account chose of a module. Its copies are workflows of the account that name this row.
create table middle.module_opt_in (
  id uuid primary key default uuidv7(),
  account_id uuid not null references middle.account on delete cascade,
  module_id uuid not null references middle.module,
  version integer not null, -- that its copies are of
  features text[] not null,
  bindings jsonb not null default '{}', -- { slot: connection id }
  variables jsonb not null default '{}', -- { variable: value }; what is left out has the module's own
  triggers_on boolean not null, -- whether triggers begin switched on, those that later versions bring too
  chosen_by text not null,
  chosen_at timestamptz not null default now(),
  applied_at timestamptz not null default now(), -- when its copies last became what they are
  problem jsonb, -- why its copies could not become those of problem_version: { code, message, problems }
  problem_version integer,
  problem_at timestamptz,
  unique (account_id, module_id)
);
create index module_opt_in_behind on middle.module_opt_in (module_id, version);

alter table middle.workflow add column opt_in_id uuid references middle.module_opt_in on delete set null; -- it is a copy
alter table middle.workflow add column module_workflow text; -- the key that the copy has in the module
create unique index workflow_copy on middle.workflow (opt_in_id, module_workflow) where opt_in_id is not null and deleted_at is null;
alter table middle.trigger add column module_trigger text; -- the key that a copy's trigger has in the module; null: the account's own
create unique index trigger_copy on middle.trigger (workflow_id, module_trigger) where module_trigger is not null;

-- A deleted workflow whose executions under way come to their end: those of others may still call it until then.
alter table middle.workflow add column finishes boolean not null default false;

grant select on middle.module, middle.module_version, middle.module_opt_in to middle_api, middle_worker;
grant insert, update, delete on middle.module, middle.module_version, middle.module_opt_in to middle_api;
-- New versions of a module reach the accounts through a job.
grant update, delete on middle.module_opt_in to middle_worker;
grant insert, update, delete on middle.workflow, middle.trigger to middle_worker;
grant insert on middle.workflow_version to middle_worker;

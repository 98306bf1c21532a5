-- breaking: no
-- The invocations of a connection with messages that are not applied: asked for with every batch that is stored, over
-- all the days that invocations are kept.
create index invocation_incomplete on middle.invocation (connection_id, started_at)
  where final_sequence is null or applied_messages < final_sequence;

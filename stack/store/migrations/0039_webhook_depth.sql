-- breaking: no
-- How much waits for a connection is asked with each request that comes in.
drop index middle.webhook_request_open;
create index webhook_request_open on middle.webhook_request (connection_id, id) include (bytes)
  where state in ('waiting', 'running');
-- What has reached its age is looked for by the time in its id.
create index webhook_request_settled on middle.webhook_request (id) where settled_at is not null;

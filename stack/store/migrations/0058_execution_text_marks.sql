-- breaking: no
-- Executions that failed or were cancelled are found by a word of their own; see store/executions/text.ts.

update middle.execution_text t set words = t.words || array_to_tsvector(array['#' || e.state])
from middle.execution e where e.id = t.id and e.state in ('failed', 'cancelled');

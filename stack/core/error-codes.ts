import type { Fault } from './errors.ts';

/**
 * Every error code of the product, whose fault it is, and the HTTP status the API answers with.
 * A code never changes its meaning; a new meaning gets a new code. Keep each group in alphabetical order.
 */
export const ERROR_CODES = {
  // requests
  request_invalid: { fault: 'user', status: 400 },
  body_too_large: { fault: 'user', status: 413 },
  link_invalid: { fault: 'user', status: 410 },
  media_type_unsupported: { fault: 'user', status: 415 },
  method_not_allowed: { fault: 'user', status: 405 },
  origin_refused: { fault: 'user', status: 403 },
  second_factor_needed: { fault: 'user', status: 401 },
  sign_in_failed: { fault: 'user', status: 401 },
  not_signed_in: { fault: 'user', status: 401 },
  not_allowed: { fault: 'user', status: 403 },
  not_found: { fault: 'user', status: 404 },
  conflict: { fault: 'user', status: 409 },
  too_many_requests: { fault: 'user', status: 429 },

  // app packages
  manifest_invalid: { fault: 'developer', status: 422 },
  package_invalid: { fault: 'developer', status: 422 },
  bundle_failed: { fault: 'developer', status: 422 },
  version_immutable: { fault: 'developer', status: 409 },

  // connections
  credentials_invalid: { fault: 'user', status: 422 },

  // functions
  function_error: { fault: 'developer', status: 422 },
  function_timeout: { fault: 'developer', status: 422 },
  function_memory: { fault: 'developer', status: 422 },
  function_output_limit: { fault: 'developer', status: 422 },
  function_protocol: { fault: 'developer', status: 422 },
  function_cancelled: { fault: 'user', status: 409 },
  function_lost: { fault: 'platform', status: 503 },

  // egress
  egress_host_not_allowed: { fault: 'developer', status: 403 },
  egress_address_refused: { fault: 'developer', status: 403 },
  egress_limit: { fault: 'developer', status: 422 },
  egress_failed: { fault: 'user', status: 502 },
  credentials_rejected: { fault: 'user', status: 401 },
  rate_limited: { fault: 'user', status: 429 },

  // messages and records
  message_invalid: { fault: 'developer', status: 422 },
  message_origin: { fault: 'developer', status: 403 },
  message_too_large: { fault: 'developer', status: 413 },
  record_invalid: { fault: 'developer', status: 422 },
  sync_stalled: { fault: 'developer', status: 422 },

  // the real-time API and webhooks
  account_off: { fault: 'user', status: 503 },
  api_key_invalid: { fault: 'user', status: 401 },
  idempotency_key_reused: { fault: 'user', status: 422 },
  webhook_refused: { fault: 'user', status: 422 },
  workflow_off: { fault: 'user', status: 503 },
  workflow_unpublished: { fault: 'user', status: 503 },

  // alerts
  delivery_failed: { fault: 'user', status: 502 },

  // workflows
  connection_missing: { fault: 'user', status: 422 },
  draft_changed: { fault: 'user', status: 409 },
  execution_cancelled: { fault: 'user', status: 409 },
  execution_limit: { fault: 'user', status: 422 },
  execution_stopped: { fault: 'user', status: 422 },
  execution_timeout: { fault: 'user', status: 422 },
  expression_failed: { fault: 'user', status: 422 },
  expression_invalid: { fault: 'user', status: 422 },
  repeat_refused: { fault: 'user', status: 409 },
  wait_deadline: { fault: 'user', status: 422 },
  workflow_failed: { fault: 'user', status: 422 },
  workflow_invalid: { fault: 'user', status: 422 },

  // modules
  module_invalid: { fault: 'user', status: 422 },
  module_managed: { fault: 'user', status: 409 },
  module_unfit: { fault: 'user', status: 422 },

  // search
  search_timeout: { fault: 'user', status: 422 },

  // backups
  backup_damaged: { fault: 'operator', status: 500 },
  backup_key_wrong: { fault: 'operator', status: 422 },
  backup_missing: { fault: 'operator', status: 404 },
  backup_moment: { fault: 'user', status: 422 },
  backup_unreachable: { fault: 'operator', status: 503 },
  preview_read_only: { fault: 'user', status: 403 },
  restore_failed: { fault: 'platform', status: 500 },

  // blobs
  blob_limit: { fault: 'platform', status: 500 },

  // exports
  export_lost: { fault: 'platform', status: 500 },
  export_too_large: { fault: 'user', status: 413 },

  // queue
  queue_limit: { fault: 'platform', status: 500 },
  receipt_stale: { fault: 'platform', status: 409 },

  // the machine and the stack
  already_running: { fault: 'operator', status: 409 },
  not_running: { fault: 'operator', status: 503 },
  config_invalid: { fault: 'operator', status: 500 },
  database_damaged: { fault: 'operator', status: 500 },
  database_unavailable: { fault: 'platform', status: 503 },
  query_timeout: { fault: 'platform', status: 503 },
  shutting_down: { fault: 'operator', status: 503 },
  migration_failed: { fault: 'platform', status: 500 },
  internal: { fault: 'platform', status: 500 },
  unsealing_failed: { fault: 'operator', status: 500 },
} as const satisfies Record<string, { fault: Fault; status: number }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function faultOf(code: ErrorCode): Fault {
  return ERROR_CODES[code].fault;
}

export function statusOf(code: ErrorCode): number {
  return ERROR_CODES[code].status;
}

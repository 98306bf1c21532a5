/** Classes of errors of Postgres and of the system that mean: the database is not there. */
const AWAY = /^(?:08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
const LOST =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
/** Deadlocks, failed serialization, locks that took too long, too little of something. */
const CONTENDED = /^(?:40...|55P03|53...)$/;

/** The database did not answer: nothing is known of what was asked of it. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof Error && (AWAY.test(codeOf(error)) || LOST.test(error.message));
}

/** What the same work may not meet again at another time. */
export function mayPass(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof Error && CONTENDED.test(codeOf(error)));
}

function codeOf(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : '';
}

/** A number that a rule can be set to. */
export interface AlertThreshold {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly default: number;
}

interface Kind {
  /** Whose it is: of an account, or of the stack as a whole, which owners look after. */
  readonly scope: 'account' | 'stack';
  /** For the page of rules. */
  readonly rule: string;
  /** What is wrong with the subject of this name. */
  readonly title: (name: string) => string;
  /** What a person does about it. */
  readonly next: string;
  readonly thresholds: Readonly<Record<string, AlertThreshold>>;
}

/** Everything that people are alerted of. */
export const ALERT_KINDS = {
  workflow_failing: {
    scope: 'account',
    rule: 'A workflow fails',
    title: (name) => `Workflow ${name} fails`,
    next: 'Open the last failed execution to see in which step and why. When the cause is gone, run the failed ones again, one or all.',
    thresholds: {
      failures: { label: 'failed executions', least: 1, most: 10_000, default: 1 },
      minutes: { label: 'within minutes', least: 1, most: 1_440, default: 60 },
    },
  },
  sync_failing: {
    scope: 'account',
    rule: 'A sync fails',
    title: (name) => `Sync ${name} fails`,
    next: 'Open the last run to see its error and log. It goes on by itself when the cause is gone.',
    thresholds: { failures: { label: 'failed runs in a row', least: 1, most: 50, default: 2 } },
  },
  connection_attention: {
    scope: 'account',
    rule: 'Credentials have expired or were refused',
    title: (name) => `Connection ${name} needs new credentials`,
    next: 'Open the settings of the connection, fill in its credentials again and test them.',
    thresholds: { minutes: { label: 'for minutes', least: 0, most: 10_080, default: 0 } },
  },
  executions_waiting: {
    scope: 'account',
    rule: 'Executions wait too long to begin',
    title: (name) => `Executions of ${name} wait to begin`,
    next: 'Look at what runs: a slow outside system, a limit of executions at once, or a bulk step that takes the places.',
    thresholds: { minutes: { label: 'minutes', least: 1, most: 10_080, default: 15 } },
  },
  webhooks_dead: {
    scope: 'account',
    rule: 'Received webhook requests could not be processed',
    title: (name) => `Webhook requests of ${name} could not be processed`,
    next: 'Read why on the page of the webhooks of the connection, then process them again or delete them.',
    thresholds: { requests: { label: 'dead requests', least: 1, most: 100_000, default: 1 } },
  },
  queue_age: {
    scope: 'stack',
    rule: 'Messages of functions wait too long in a queue',
    title: (name) => `Messages of ${name} wait in their queue`,
    next: 'Look at the health page: whether the worker runs, and how far it is.',
    thresholds: { minutes: { label: 'minutes', least: 1, most: 10_080, default: 15 } },
  },
  dead_letters: {
    scope: 'stack',
    rule: 'There are dead letters',
    title: (name) => `Messages of ${name} could not be processed`,
    next: 'Read the reasons, then put the dead letters back into their queue or delete them.',
    thresholds: { messages: { label: 'dead letters', least: 1, most: 100_000, default: 1 } },
  },
  balance_difference: {
    scope: 'stack',
    rule: 'The balance has a difference',
    title: (name) => `The balance of ${name} has a difference`,
    next: 'Look at the balance: it says what is missing and where.',
    thresholds: {},
  },
  search_drift: {
    scope: 'stack',
    rule: 'The search index differs from the records',
    title: (name) => `The search index differs from the records of ${name}`,
    next: 'Differences that were found are repaired by themselves; if they come back, rebuild the index.',
    thresholds: {},
  },
  backup_failing: {
    scope: 'stack',
    rule: 'Backups are behind or fail',
    title: (name) => `Backups of ${name} fail`,
    next: 'Is the disk of the backups there, with room left? Backups go on by themselves; nothing is lost as long as the database keeps what they lack.',
    thresholds: { minutes: { label: 'for minutes', least: 1, most: 10_080, default: 5 } },
  },
  backup_unverified: {
    scope: 'stack',
    rule: 'A restore on trial failed',
    title: (name) => `Backups of ${name} could not be restored on trial`,
    next: 'Read why on the health page, take a base backup with “middle backup now”, and try again with “middle backup verify”.',
    thresholds: {},
  },
  database_damaged: {
    scope: 'stack',
    rule: 'Files of the database are damaged',
    title: (name) => `Files of the database of ${name} are damaged`,
    next: 'Look after the disk, and restore the stack from its backups: “middle restore --to latest --into DIR”.',
    thresholds: {},
  },
  disk_low: {
    scope: 'stack',
    rule: 'The disk is almost full',
    title: (name) => `The disk of ${name} is almost full`,
    next: 'Make room on the disk with the data folder, or move the backups to another with “middle up --backups DIR”. When it is full, nothing is accepted until there is room again; what was accepted stays.',
    thresholds: { percent: { label: 'percent free, or less', least: 1, most: 50, default: 5 } },
  },
} as const satisfies Record<string, Kind>;

export type AlertKind = keyof typeof ALERT_KINDS;

// Object.keys forgets the type of the keys; the table is a constant with at least one.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const ALERT_KIND_NAMES = Object.keys(ALERT_KINDS) as [AlertKind, ...AlertKind[]];

/** Kinds whose rules an account has, or the stack. */
export function kindsOf(scope: Kind['scope']): readonly AlertKind[] {
  return ALERT_KIND_NAMES.filter((kind) => ALERT_KINDS[kind].scope === scope);
}

export function thresholdsOf(kind: AlertKind): Readonly<Record<string, AlertThreshold>> {
  return ALERT_KINDS[kind].thresholds;
}

/** A rule with every threshold of its kind: what was set, or the default where it has no meaning any more. */
export function withDefaults(
  kind: AlertKind,
  set: Readonly<Record<string, unknown>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(thresholdsOf(kind)).map(([key, { least, most, default: usual }]) => {
      const value = set[key];
      const isGood = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
      return [key, isGood ? value : usual];
    }),
  );
}

/** What is wrong with thresholds that someone wants to set; null: nothing. */
export function thresholdProblem(
  kind: AlertKind,
  wanted: Readonly<Record<string, number>>,
): { readonly key: string; readonly message: string } | null {
  const known = thresholdsOf(kind);
  for (const [key, value] of Object.entries(wanted)) {
    const threshold = Object.hasOwn(known, key) ? known[key] : undefined;
    if (threshold === undefined) return { key, message: `${kind} has no threshold ${key}` };
    const { least, most } = threshold;
    if (!Number.isInteger(value) || value < least || value > most) {
      return { key, message: `${key} is a whole number from ${least} to ${most}, not ${value}` };
    }
  }
  return null;
}

/** What each figure of a balance is, in words, in the order in which a person reads the books. */
export interface Entry {
  readonly counter: string;
  readonly label: string;
  readonly meaning: string;
}

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
  /** Its figures make up this one of the section before. */
  readonly sumOf?: { readonly counter: string; readonly words: string };
  /** Said instead of the figures when all of them are zero. */
  readonly none?: string;
}

const entry = (counter: string, label: string, meaning: string): Entry => ({ counter, label, meaning });

export const RECORD_SECTIONS: readonly Section[] = [
  {
    title: 'Handed over',
    entries: [
      entry('sent', 'Sent by functions', 'Records that functions emitted, counted where they ran.'),
      entry(
        'accepted',
        'Taken in',
        'Records of messages that were read from the queue. The same as sent once nothing is on its way.',
      ),
    ],
  },
  {
    title: 'What became of them',
    sumOf: { counter: 'accepted', words: 'taken in' },
    entries: [
      entry('created', 'Created', 'Stored for the first time.'),
      entry('updated', 'Updated', 'Stored with another content; the state before is a record version.'),
      entry('unchanged', 'Unchanged', 'Came as they were already stored.'),
      entry('older', 'Older', 'Came after a newer state of the same record was stored, so left out.'),
      entry('setAside', 'Set aside', "Didn't fit their record type; kept with the reason."),
    ],
  },
  {
    title: 'On its way or in trouble',
    none: 'Nothing is on its way, nothing is lost.',
    entries: [
      entry('inFlight', 'Functions under way', 'They may still send.'),
      entry('queued', 'Messages in the queue', 'Not read yet.'),
      entry('inDelivery', 'Messages being stored', 'Read, and not yet stored.'),
      entry(
        'deadLettered',
        'Dead letters',
        'Messages that could not be taken in; they can be looked at and sent again.',
      ),
      entry(
        'lostMessages',
        'Messages missing',
        'Of functions that ended over 10 minutes ago; more than are queued or dead is a difference.',
      ),
    ],
  },
  {
    title: 'Besides',
    none: 'No record waits to be settled, none was marked as deleted.',
    entries: [
      entry('openInvalid', 'Set aside and open', 'Not processed again or discarded yet.'),
      entry('markedDeleted', 'Marked as deleted', 'Vanished at their source during a complete transfer.'),
    ],
  },
];

export const EXECUTION_SECTIONS: readonly Section[] = [
  {
    title: 'Started',
    entries: [
      entry('started', 'Executions', 'Started, and kept to this day.'),
      entry('byTriggers', 'By triggers', 'Those of them that a record or a clock started.'),
    ],
  },
  {
    title: 'What became of them',
    sumOf: { counter: 'started', words: 'started' },
    entries: [
      entry('succeeded', 'Succeeded', 'Came to their end.'),
      entry('failed', 'Failed', 'Ended with an error; they can be run again.'),
      entry('cancelled', 'Cancelled', 'Ended by a person.'),
      entry('running', 'Running', 'In the hands of a worker.'),
      entry('waiting', 'Waiting', 'For their turn, for a time, for a record, or for another execution.'),
    ],
  },
  {
    title: 'Besides',
    none: 'None has reached the age at which executions are removed.',
    entries: [entry('expired', 'Expired', 'Removed at their age; not among those above.')],
  },
];

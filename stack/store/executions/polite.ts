import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReadableProgram } from '@middle/core/workflow/program.ts';

/** Expressions are worked out this long before others of the process have their turn. */
const SLICE_MILLISECONDS = 10;

/** A program that lets others of its process have their turn, however many expressions are worked out in a row. */
export function polite(program: ReadableProgram): ReadableProgram {
  let began = performance.now();
  return {
    reads: (place, source, scope) => program.reads(place, source, scope),
    async evaluate(place, source, scope, moment) {
      if (performance.now() - began > SLICE_MILLISECONDS) {
        await nextTurn();
        began = performance.now();
      }
      return program.evaluate(place, source, scope, moment);
    },
  };
}

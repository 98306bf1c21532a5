import type { Operation } from '../../core/operation.ts';
import type { ObservedStack } from '../../core/stack.ts';

/**
 * What the control plane needs from where stacks live: to see them, and to have something done to one of them.
 * GUARANTEES.md says what every provisioner promises.
 */
export interface Provisioner {
  /** Every stack that there is anything left of. */
  observe(): Promise<readonly ObservedStack[]>;
  /**
   * Resolves when the operation has begun, or had begun before; it goes on by itself.
   * @param fence the number of the control plane's term; an operation of an earlier term is refused with `fenced`.
   */
  begin(operation: Operation, fence: number): Promise<void>;
}

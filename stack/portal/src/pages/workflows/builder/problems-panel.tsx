import { CircleAlert, CircleCheck } from 'lucide-react';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { useBuilder } from './builder-context.ts';
import { findStep } from './edit.ts';
import { BEGIN, stepId } from './layout.ts';
import { SidePanel } from './panel.tsx';
import type { PlacedProblem } from './problems.ts';
import { KINDS } from './step-words.ts';

/** Everything that keeps the draft from being published; each leads to where it is. */
export function ProblemsPanel() {
  const { draft, select } = useBuilder();
  const { problems, definition } = draft;
  const go = ({ step, path }: PlacedProblem) =>
    select(step !== null ? stepId(step) : path.startsWith('output') ? 'end' : BEGIN, { open: true });
  const titleOf = ({ step, path }: PlacedProblem): string => {
    const found = step === null ? null : findStep(definition, step);
    if (found !== null) return `${KINDS[found.kind].title}: ${found.title}`;
    return path.startsWith('output') ? 'End' : path === 'steps' ? 'Workflow' : 'Beginning';
  };
  return (
    <SidePanel of="problems" isFocused label="Problems" title="Problems">
      {problems.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Nothing is wrong">
          The draft can be published as it is.
        </EmptyState>
      ) : (
        <ul className="problem-list">
          {problems.map((problem) => (
            <li key={`${problem.path} ${problem.message} ${String(problem.start ?? 0)}`}>
              <button type="button" className="problem" onClick={() => go(problem)}>
                <CircleAlert className="icon" aria-hidden />
                <span>
                  <span className="strong">{titleOf(problem)}</span>
                  <span>{problem.message}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </SidePanel>
  );
}

import { ANY } from '@middle/core/expression/types.ts';
import { Flag, Plus, Trash2 } from 'lucide-react';
import { ExpressionField } from '../../../expression/expression-field.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { useBuilder } from './builder-context.ts';
import { freshKey } from './edit-keys.ts';
import { CommittedInput, Section, wrongKey, wrongTitle } from './forms/parts.tsx';
import { SidePanel } from './panel.tsx';
import { problemsAt } from './problems.ts';
import { usePlaces } from './use-places.ts';

/** What a workflow gives back to who called it. */
export function EndPanel() {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  const { place } = usePlaces({ kind: 'output' });
  const { output } = definition;
  const disabled = reason !== null;
  const keys = output.map(({ key }) => key);
  const set = (at: number, next: Partial<(typeof output)[number]>, field: string) => {
    const one = output[at];
    if (one === undefined) return;
    change({ ...definition, output: output.with(at, { ...one, ...next }) }, `output.${String(at)}.${field}`);
  };
  const add = () => {
    const made = { key: freshKey('output', new Set(keys)), title: 'Output', value: '' };
    change({ ...definition, output: [...output, made] });
  };
  return (
    <SidePanel
      of="end"
      label="End"
      title={
        <span className="row">
          <Flag className="icon" aria-hidden /> End
        </span>
      }
    >
      <Section
        title="Output"
        actions={
          <Button size="sm" icon={Plus} reason={reason} onClick={add}>
            Add
          </Button>
        }
      >
        <p className="muted">What a workflow that calls this one gets back, and who calls it from outside.</p>
        {output.map((one, at) => (
          <div key={at} className="form-card">
            <div className="row">
              <div className="grow">
                <CommittedInput
                  label="Title of the output"
                  value={one.title}
                  wrong={wrongTitle}
                  disabled={disabled}
                  onChange={(title) => set(at, { title }, 'title')}
                />
              </div>
              <IconButton
                icon={Trash2}
                size="sm"
                label={`Remove the output ${one.title}`}
                reason={reason}
                onClick={() => change({ ...definition, output: output.toSpliced(at, 1) })}
              />
            </div>
            <ExpressionField
              label="Value"
              value={one.value}
              onChange={(value) => set(at, { value }, 'value')}
              place={place}
              expected={ANY}
              problems={problemsAt(draft.problems, null, `output[${String(at)}].value`)}
              disabled={disabled}
            />
            <CommittedInput
              label="Key of the output"
              code
              atEnd
              value={one.key}
              wrong={wrongKey(keys, one.key)}
              error={problemsAt(draft.problems, null, `output[${String(at)}].key`)[0]?.message}
              disabled={disabled}
              onChange={(key) => set(at, { key }, 'key')}
            />
          </div>
        ))}
      </Section>
    </SidePanel>
  );
}

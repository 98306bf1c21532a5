import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { NEW_FEATURE } from './draft.ts';
import type { Draft, FeatureDraft } from './draft.ts';
import type { Template } from './use-template.ts';
import './modules.css';

interface FeaturesProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly template: Template;
}

/** What accounts will be able to choose. */
export function FeatureDrafts({ draft, set, template }: FeaturesProps) {
  const { features } = draft;
  const replace = (index: number, change: Partial<FeatureDraft>) =>
    set({ features: features.map((one, at) => (at === index ? { ...one, ...change } : one)) });
  return (
    <Panel
      title="Features"
      description="Each can be chosen by itself. Workflows that others call come along."
      actions={
        <Button size="sm" icon={Plus} onClick={() => set({ features: [...features, NEW_FEATURE] })}>
          Add a feature
        </Button>
      }
    >
      <div className="stack loose">
        {features.map((feature, index) => (
          <OneFeature
            // Its place is what a feature has while it is being named.
            key={index}
            number={index + 1}
            feature={feature}
            template={template}
            onChange={(change) => replace(index, change)}
            onRemove={
              features.length === 1 ? null : () => set({ features: features.filter((_, at) => at !== index) })
            }
          />
        ))}
      </div>
    </Panel>
  );
}

interface OneFeatureProps {
  readonly number: number;
  readonly feature: FeatureDraft;
  readonly template: Template;
  readonly onChange: (change: Partial<FeatureDraft>) => void;
  readonly onRemove: (() => void) | null;
}

function OneFeature({ number, feature, template, onChange, onRemove }: OneFeatureProps) {
  const { title, description, workflows } = feature;
  const called = template.calledBy(workflows);
  return (
    <fieldset className="feature-draft">
      <legend>Feature {number}</legend>
      <div className="settings-grid">
        <Field label="Title of the feature">
          {(ids) => (
            <Input {...ids} value={title} onChange={(event) => onChange({ title: event.target.value })} />
          )}
        </Field>
        <Field label="What it does" optional>
          {(ids) => (
            <Input
              {...ids}
              value={description}
              onChange={(event) => onChange({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
      {template.workflows.map(({ id, name, version }) => (
        <Checkbox
          key={id}
          label={version === null ? `${name} (not published)` : name}
          checked={workflows.includes(id)}
          disabled={version === null}
          onChange={(on) =>
            onChange({ workflows: on ? [...workflows, id] : workflows.filter((one) => one !== id) })
          }
        />
      ))}
      {template.workflows.length === 0 && <p className="muted">This account has no workflows.</p>}
      {called.length > 0 && <p className="field-note">Along with it: {called.join(', ')}.</p>}
      {onRemove !== null && (
        <div>
          <Button size="sm" icon={Trash2} onClick={onRemove}>
            Remove feature {number}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

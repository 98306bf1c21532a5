import type { AccountModule } from '../../data/types.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { plural } from '../../ui/format.ts';
import type { Choice } from './choice.ts';

interface FeaturesProps {
  readonly module: AccountModule;
  readonly choice: Choice;
  readonly set: (change: Partial<Choice>) => void;
  readonly disabled: boolean;
}

/** What can be chosen, each with what it brings. */
export function Features({ module, choice, set, disabled }: FeaturesProps) {
  return (
    <fieldset className="field">
      <legend>Features</legend>
      {module.features.map(({ key, title, description, workflows, triggers }) => (
        <div key={key}>
          <Checkbox
            label={title}
            checked={choice.features.includes(key)}
            disabled={disabled}
            onChange={(on) =>
              set({
                features: on ? [...choice.features, key] : choice.features.filter((one) => one !== key),
              })
            }
          />
          <p className="field-note">
            {description !== '' && `${description} `}
            Brings {workflows.join(', ')}
            {triggers > 0 && `, with ${plural(triggers, 'trigger')}`}.
          </p>
        </div>
      ))}
    </fieldset>
  );
}

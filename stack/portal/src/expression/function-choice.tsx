import { FUNCTION_GROUPS, FUNCTION_HELP } from '@middle/core/expression/help.ts';
import type { FunctionHelp } from '@middle/core/expression/help.ts';
import { moveAlong } from './field-tree.tsx';

interface FunctionChoiceProps {
  readonly text: string;
  readonly selected: string;
  readonly onChoose: (source: string, back: number) => void;
}

/** Every function by its group, with what it does and an example. */
export function FunctionChoice({ text, selected, onChoose }: FunctionChoiceProps) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = FUNCTION_HELP.filter(({ name, group, help }) => {
    const all = `${name} ${group} ${help}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const first = found[0]?.name;
  const choose = ({ name, takesArguments }: FunctionHelp) => {
    const inner = takesArguments ? selected : '';
    onChoose(`${name}(${inner})`, takesArguments ? 1 : 0);
  };
  if (found.length === 0) return <p className="palette-empty">No function does that.</p>;
  return (
    <div onKeyDown={moveAlong}>
      {FUNCTION_GROUPS.map((group) => {
        const functions = found.filter((one) => one.group === group);
        return functions.length === 0 ? null : (
          <section key={group} aria-label={group}>
            <h3 className="palette-group">{group}</h3>
            {functions.map((one) => (
              <button
                key={one.name}
                type="button"
                className="pick function"
                tabIndex={one.name === first ? 0 : -1}
                onClick={() => choose(one)}
              >
                <span className="row wrap">
                  <code className="strong">{one.signature}</code>
                </span>
                <span className="muted">{one.help}</span>
                <span className="faint pick-example">
                  <code>{one.example[0]}</code> → <code>{one.example[1]}</code>
                </span>
              </button>
            ))}
          </section>
        );
      })}
    </div>
  );
}

import type { StepKind } from '@middle/core/workflow/definition.ts';
import { ClipboardPaste, Search } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { AppIcon } from '../../../ui/badge.tsx';
import { useBuilder } from './builder-context.ts';
import type { Builder } from './builder-context.ts';
import type { Spot } from './edit.ts';
import { newStep } from './new-step.ts';
import { KINDS } from './step-words.ts';
import { useNewSlot } from './use-new-slot.ts';

interface Choice {
  readonly key: string;
  readonly group: string;
  readonly title: string;
  readonly note: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

const KIND_ORDER: readonly Exclude<StepKind, 'action'>[] = [
  'decision',
  'switch',
  'each',
  'set',
  'wait',
  'call',
  'bulk',
  'stop',
];

/** What can be added at a spot: kinds of steps, and every action of the connections of the account. */
export function AddMenu({ spot }: { readonly spot: Spot }) {
  const builder = useBuilder();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const choices = useChoices(builder, spot).filter(({ group, title, note }) => {
    const all = `${group} ${title} ${note}`.toLowerCase();
    return text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => all.includes(word));
  });
  const active = Math.min(chosen, choices.length - 1);
  const close = () => {
    builder.add(null);
    builder.select(builder.selected, { focus: true });
  };
  const run = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    builder.add(null);
    choice.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((active + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(choices[active]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Add a step"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onMouseDown={(event) => event.target === dialog.current && close()}
    >
      <div className="palette-input">
        <Search className="icon" aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls="add-list"
          aria-activedescendant={active >= 0 ? `add-${String(active)}` : undefined}
          aria-label="Search for a step to add"
          placeholder="Add a step: a decision, an action…"
          autoFocus
          value={text}
          onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
        />
      </div>
      <div className="palette-list" role="listbox" id="add-list" aria-label="Steps">
        {choices.length === 0 && <p className="palette-empty">No step is called that.</p>}
        {choices.map((choice, index) => (
          <Item
            key={choice.key}
            choice={choice}
            index={index}
            isActive={index === active}
            isFirst={choices[index - 1]?.group !== choice.group}
            onRun={() => run(choice)}
            onPoint={() => setChosen(index)}
          />
        ))}
      </div>
    </dialog>
  );
}

interface ItemProps {
  readonly choice: Choice;
  readonly index: number;
  readonly isActive: boolean;
  readonly isFirst: boolean;
  readonly onRun: () => void;
  readonly onPoint: () => void;
}

function Item({ choice, index, isActive, isFirst, onRun, onPoint }: ItemProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <>
      {isFirst && (
        <div className="palette-group" role="presentation">
          {choice.group}
        </div>
      )}
      <div
        ref={ref}
        id={`add-${String(index)}`}
        role="option"
        aria-selected={isActive}
        className="palette-item"
        onClick={onRun}
        onMouseMove={onPoint}
      >
        {choice.icon}
        <span className="nowrap">{choice.title}</span>
        <span className="faint truncate">{choice.note}</span>
      </div>
    </>
  );
}

function useChoices(builder: Builder, spot: Spot): readonly Choice[] {
  const { draft, editing, offers, workflow } = builder;
  const { definition } = draft;
  const addSlot = useNewSlot();
  const steps = KIND_ORDER.map((kind): Choice => {
    const { title, help, icon: Icon } = KINDS[kind];
    return {
      key: kind,
      group: 'Steps',
      title,
      note: help,
      icon: <Icon className="icon" aria-hidden />,
      run: () => editing.insert(spot, [newStep(definition, { kind, title })]),
    };
  });
  const actions = offers.connections.flatMap(({ connection, actions: offered }) => {
    const slot = definition.connections.find(({ key }) => workflow.bindings[key] === connection.id);
    return offered.map((action): Choice => ({
      key: `${connection.id} ${action.key}`,
      group: `Actions of ${connection.name}`,
      title: action.title,
      note: action.description ?? '',
      icon: <AppIcon small color={connection.app.iconColor} name={connection.app.name} />,
      run: () => {
        const filled = slot ?? addSlot.slotFor(definition, connection);
        const base = slot === undefined ? addSlot.withSlot(definition, filled, connection) : definition;
        const wanted = { kind: 'action', slot: filled, action: action.key, title: action.title } as const;
        editing.insertInto(base, spot, [newStep(base, wanted)]);
      },
    }));
  });
  const paste: Choice = {
    key: 'paste',
    group: 'Clipboard',
    title: 'Paste',
    note: 'Steps that were copied here or in another workflow.',
    icon: <ClipboardPaste className="icon" aria-hidden />,
    run: () => editing.paste(spot),
  };
  return [...steps, ...actions, paste];
}

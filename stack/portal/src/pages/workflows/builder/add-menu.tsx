import type { StepKind } from '@middle/core/workflow/definition.ts';
import { ClipboardPaste } from 'lucide-react';
import { useState } from 'react';
import { AppIcon } from '../../../ui/badge.tsx';
import { paletteMatches } from '../../../ui/palette-matches.ts';
import { Palette } from '../../../ui/palette.tsx';
import type { PaletteItem } from '../../../ui/palette.tsx';
import { useBuilder } from './builder-context.ts';
import type { Builder } from './builder-context.ts';
import type { Spot } from './edit.ts';
import { newStep } from './new-step.ts';
import { KINDS } from './step-words.ts';
import { useNewSlot } from './use-new-slot.ts';

interface Choice extends PaletteItem {
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
  'export',
  'stop',
];

/** What can be added at a spot: kinds of steps, and every action of the connections of the account. */
export function AddMenu({ spot }: { readonly spot: Spot }) {
  const builder = useBuilder();
  const [text, setText] = useState('');
  const choices = useChoices(builder, spot);
  return (
    <Palette
      id="add"
      label="Add a step"
      field={{ label: 'Search for a step to add', placeholder: 'Add a step: a decision, an action…' }}
      empty="No step is called that."
      text={text}
      onText={setText}
      items={paletteMatches(choices, text)}
      onRun={(choice) => {
        builder.add(null);
        choice.run();
      }}
      onClose={() => {
        builder.add(null);
        builder.select(builder.selected, { focus: true });
      }}
    />
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

import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Palette } from '../ui/palette.tsx';
import { useCommands } from './commands.ts';

/** Jump to a page, an account, an app, a connection or a record type; or search the records for what was typed. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const items = useCommands(text).map(({ icon: Icon, ...command }) => ({
    ...command,
    icon: <Icon className="icon" aria-hidden />,
  }));
  return (
    <Palette
      id="palette"
      label="Jump to"
      field={{
        label: 'Jump to a page, connection, record type, or search records',
        placeholder: 'Jump to a page, connection, record type…',
      }}
      empty="Nothing is called that."
      text={text}
      onText={setText}
      items={items}
      onRun={({ to, search }) => {
        onClose();
        void navigate({ to, ...(search && { search }) });
      }}
      onClose={onClose}
    />
  );
}

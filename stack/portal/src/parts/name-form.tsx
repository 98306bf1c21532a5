import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Input } from '../ui/input.tsx';

interface NameFormProps {
  readonly name: string;
  /** Why it may not be renamed, or null. */
  readonly reason: string | null;
  readonly busy: boolean;
  readonly onRename: (name: string) => void;
}

/** Renames something that has a name of its own. */
export function NameForm({ name: current, reason, busy, onRename }: NameFormProps) {
  const [text, setText] = useState(current);
  const name = text.trim();
  const wrong = name === '' ? 'A name can’t be empty' : name === current ? 'Nothing changed' : null;
  return (
    <form
      className="row form-row"
      onSubmit={(event) => {
        event.preventDefault();
        onRename(name);
      }}
    >
      <Field label="Name">
        {(ids) => (
          <Input
            {...ids}
            value={text}
            disabled={reason !== null}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={busy} reason={reason ?? wrong}>
        Rename
      </Button>
    </form>
  );
}

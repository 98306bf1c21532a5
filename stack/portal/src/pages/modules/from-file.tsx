import { moduleContentSchema } from '@middle/core/module/content.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { Input, TextArea } from '../../ui/input.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What a file holds, or why it is none. */
type Read = { readonly content: ModuleContent } | { readonly wrong: string };

/** Publishes what was downloaded here or elsewhere, or made by hand. */
export function FromFile({ moduleKey }: { readonly moduleKey: string | null }) {
  const [read, setRead] = useState<Read | null>(null);
  const [notes, setNotes] = useState('');
  const reason = useReason('modules.change');
  const navigate = useNavigate();
  const publish = useAction('publishModule', {
    stale: ['listModules', 'getModule', 'listModuleVersions', 'listModuleAccounts', 'listAccountModules'],
    quiet: true,
    done: ({ version, isNew }) =>
      isNew ? `Version ${version} is published` : `Nothing differs from version ${version}`,
    onDone: ({ key }) => void navigate({ to: paths.module(key) }),
  });
  const content = read !== null && 'content' in read ? read.content : null;
  const isOther = content !== null && moduleKey !== null && content.key !== moduleKey;
  const missing = content === null ? 'Choose a file first' : isOther ? 'It is of another module' : null;
  return (
    <Panel title="A file of a module">
      <div className="stack">
        <Field label="File" hint="JSON, as a version downloads, or as middle modules pull prints it.">
          {(ids) => (
            <Input
              {...ids}
              type="file"
              accept="application/json,.json"
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                if (file !== undefined) void readModule(file).then(setRead);
              }}
            />
          )}
        </Field>
        {read !== null && 'wrong' in read && <Notice tone="bad">{read.wrong}</Notice>}
        {content !== null && (
          <p>
            <strong>{content.title}</strong> ({content.key}): {plural(content.features.length, 'feature')},{' '}
            {plural(content.workflows.length, 'workflow')}
          </p>
        )}
        <Field label="Notes" optional hint="What is new, for the list of versions.">
          {(ids) => (
            <TextArea {...ids} rows={2} value={notes} onChange={(event) => setNotes(event.target.value)} />
          )}
        </Field>
        {publish.error !== null && <ErrorState error={publish.error} />}
        <div>
          <Button
            look="solid"
            busy={publish.isPending}
            reason={reason ?? missing}
            onClick={() => {
              if (content !== null) publish.mutate({ body: { content, notes: notes.trim() } });
            }}
          >
            Publish
          </Button>
        </div>
      </div>
    </Panel>
  );
}

async function readModule(file: File): Promise<Read> {
  try {
    const parsed = moduleContentSchema.safeParse(JSON.parse(await file.text()));
    if (parsed.success) return { content: parsed.data };
    const [issue] = parsed.error.issues;
    return { wrong: `It is no module: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}` };
  } catch {
    return { wrong: 'It is no JSON.' };
  }
}

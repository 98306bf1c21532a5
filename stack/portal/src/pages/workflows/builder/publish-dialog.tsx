import { ApiProblem } from '@middle/contract/client.ts';
import { useEffect, useState } from 'react';
import { useAction } from '../../../data/api.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { Field } from '../../../ui/field.tsx';
import { plural } from '../../../ui/format.ts';
import { TextArea } from '../../../ui/input.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Comparison } from '../comparison.tsx';
import { useBuilder } from './builder-context.ts';

/** Makes a version of the draft: first says what changes. */
export function PublishDialog({ onClose }: { readonly onClose: () => void }) {
  const { workflow, draft, show } = useBuilder();
  const [notes, setNotes] = useState('');
  const [isReady, setReady] = useState(false);
  const [isSaved, setSaved] = useState(true);
  useEffect(() => {
    const save = async () => {
      setSaved(await draft.flush());
      setReady(true);
    };
    void save();
  }, []);
  const publish = useAction('publishWorkflow', {
    stale: [
      'getWorkflow',
      'listWorkflows',
      'listWorkflowVersions',
      'compareWorkflowVersions',
      'listTriggers',
    ],
    quiet: true,
    done: ({ version }) => `Version ${String(version)} is in force`,
    onDone: onClose,
  });
  const { version } = workflow;
  const wrong = draft.problems.length;
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={version === null ? 'Publish this workflow?' : `Publish version ${String(version + 1)}?`}
      description="New executions run it from then on. Those under way keep the version they began with."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={publish.isPending || !isReady}
            reason={
              wrong > 0 ? 'Put the problems right first' : isSaved ? null : 'The draft could not be saved'
            }
            onClick={() =>
              publish.mutate({
                params: { workflowId: workflow.id },
                body: { revision: draft.revision, notes: notes.trim() },
              })
            }
          >
            Publish
          </Button>
        </>
      }
    >
      {wrong > 0 && (
        <Wrong
          count={wrong}
          onShow={() => {
            onClose();
            show('problems');
          }}
        />
      )}
      <Field label="Notes" optional hint="What changes, and why: for who reads the list of versions.">
        {(ids) => (
          <TextArea {...ids} rows={2} value={notes} onChange={(event) => setNotes(event.target.value)} />
        )}
      </Field>
      {version !== null && (
        <div className="dialog-scroll" tabIndex={0} role="region" aria-label="What changes">
          {isReady ? <Comparison workflowId={workflow.id} from={String(version)} to="draft" /> : <Skeleton />}
        </div>
      )}
      {publish.error instanceof ApiProblem && <ErrorState error={publish.error} />}
    </Dialog>
  );
}

function Wrong({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <Notice
      tone="bad"
      action={
        <Button size="sm" onClick={onShow}>
          Show them
        </Button>
      }
    >
      {plural(count, 'problem')} in the draft {count === 1 ? 'keeps' : 'keep'} it from being published.
    </Notice>
  );
}

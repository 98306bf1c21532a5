import {
  CircleAlert,
  CircleCheck,
  CloudAlert,
  FlaskConical,
  List,
  LoaderCircle,
  Network,
  Play,
  Plus,
  Redo2,
  Rocket,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../../data/access.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { plural } from '../../../ui/format.ts';
import { Segments } from '../../../ui/tabs.tsx';
import { useBuilder } from './builder-context.ts';
import type { View } from './builder-page.tsx';
import type { Spot } from './edit.ts';
import { PublishDialog } from './publish-dialog.tsx';
import { StartDialog } from './start-dialog.tsx';
import type { SaveState } from './use-draft.ts';

interface ToolbarProps {
  readonly view: View;
  readonly onView: (view: View) => void;
  /** Where a step goes that is added now. */
  readonly spot: Spot;
}

/** What concerns the workflow as a whole. */
export function Toolbar({ view, onView, spot }: ToolbarProps) {
  const { workflow, draft, reason, side, show, add } = useBuilder();
  const [open, setOpen] = useState<'none' | 'publish' | 'start'>('none');
  const startReason = useReason('workflows.start', workflow.accountId);
  const isNew = workflow.version === null;
  const isSame = !isNew && !workflow.isDraftChanged && draft.state.kind === 'saved';
  const wrong = draft.problems.length;
  return (
    <div className="builder-bar" role="toolbar" aria-label="Builder">
      <IconButton
        icon={Undo2}
        label="Undo"
        shortcut="Ctrl Z"
        reason={reason ?? (draft.undo === null ? 'Nothing to undo' : null)}
        onClick={() => draft.undo?.()}
      />
      <IconButton
        icon={Redo2}
        label="Redo"
        shortcut="Ctrl Y"
        reason={reason ?? (draft.redo === null ? 'Nothing to redo' : null)}
        onClick={() => draft.redo?.()}
      />
      <Button icon={Plus} reason={reason} onClick={() => add(spot)}>
        Add step
      </Button>
      <Segments<View>
        label="View"
        value={view}
        choices={[
          { value: 'canvas', label: <Network className="icon" aria-label="Canvas" /> },
          { value: 'outline', label: <List className="icon" aria-label="Outline" /> },
        ]}
        onChange={onView}
      />
      <span className="grow" />
      <SaveMark state={draft.state} onRetry={() => void draft.flush()} />
      <Button
        look="quiet"
        icon={wrong === 0 ? CircleCheck : CircleAlert}
        className={wrong === 0 ? 'no-problems' : 'some-problems'}
        aria-pressed={side === 'problems'}
        onClick={() => show(side === 'problems' ? 'none' : 'problems')}
      >
        {wrong === 0 ? 'No problems' : plural(wrong, 'problem')}
      </Button>
      <Button
        icon={FlaskConical}
        aria-pressed={side === 'trial'}
        reason={reason}
        onClick={() => show(side === 'trial' ? 'none' : 'trial')}
      >
        Try it
      </Button>
      <Button
        icon={Play}
        reason={startReason ?? (isNew ? 'Publish it first: what runs is the published version' : null)}
        onClick={() => setOpen('start')}
      >
        Run
      </Button>
      <Button
        look="solid"
        icon={Rocket}
        reason={reason ?? (isSame ? 'The draft is what is published' : null)}
        onClick={() => setOpen('publish')}
      >
        Publish
      </Button>
      {open === 'publish' && <PublishDialog onClose={() => setOpen('none')} />}
      {open === 'start' && <StartDialog workflow={workflow} onClose={() => setOpen('none')} />}
    </div>
  );
}

function SaveMark({ state, onRetry }: { readonly state: SaveState; readonly onRetry: () => void }) {
  if (state.kind === 'conflict' || state.kind === 'failed') {
    return (
      <span className="save-mark bad">
        <CloudAlert className="icon" aria-hidden />
        Not saved
        {state.kind === 'failed' && (
          <Button size="sm" look="quiet" onClick={onRetry}>
            Try again
          </Button>
        )}
      </span>
    );
  }
  const isSaved = state.kind === 'saved';
  return (
    <span className="save-mark" role="status">
      {isSaved ? (
        <CircleCheck className="icon" aria-hidden />
      ) : (
        <LoaderCircle className="icon spin" aria-hidden />
      )}
      {isSaved ? 'Saved' : 'Saving…'}
    </span>
  );
}

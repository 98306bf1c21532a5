import { ArrowLeftRight, Minus, Pencil, Plus } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { WorkflowChange } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { words } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import './workflows.css';

interface ComparisonProps {
  readonly workflowId: string;
  /** The number of a version, or `draft`. */
  readonly from: string;
  readonly to: string;
}

/** What differs between two states of a workflow, step by step, in words. */
export function Comparison({ workflowId, from, to }: ComparisonProps) {
  const query = useApi('compareWorkflowVersions', { params: { workflowId }, query: { from, to } });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="muted">Nothing differs.</p>
        ) : (
          <ul className="changes" aria-label="What differs">
            {items.map((change) => (
              <Change key={`${change.part} ${change.key}`} change={change} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

const LOOKS: Readonly<
  Record<WorkflowChange['change'], { readonly icon: LucideIcon; readonly tone: Tone; readonly word: string }>
> = {
  added: { icon: Plus, tone: 'ok', word: 'Added' },
  removed: { icon: Minus, tone: 'bad', word: 'Removed' },
  changed: { icon: Pencil, tone: 'live', word: 'Changed' },
  moved: { icon: ArrowLeftRight, tone: 'idle', word: 'Moved' },
};

const PARTS: Readonly<Record<WorkflowChange['part'], string>> = {
  step: 'Step',
  input: 'Input',
  variable: 'Variable',
  connection: 'Connection',
  output: 'Output',
  workflow: 'Workflow',
};

function Change({ change }: { readonly change: WorkflowChange }) {
  const { icon: Icon, tone, word } = LOOKS[change.change];
  return (
    <li className="change">
      <div className="row wrap">
        <Badge tone={tone}>
          <Icon className="icon" aria-hidden /> {word}
        </Badge>
        <span className="faint">{PARTS[change.part]}</span>
        <span className="strong">{change.title}</span>
        {change.key !== '' && <code className="faint">{change.key}</code>}
      </div>
      {change.fields.length > 0 && (
        <dl className="change-fields">
          {change.fields.map(({ path, before, after }) => (
            <div key={path}>
              <dt>{fieldWords(path)}</dt>
              <dd>
                <Side value={before} kind="before" />
                <Side value={after} kind="after" />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function Side({ value, kind }: { readonly value: unknown; readonly kind: 'before' | 'after' }) {
  const text = value === undefined || value === null || value === '' ? null : shown(value);
  const Mark = kind === 'before' ? 'del' : 'ins';
  return (
    <Mark className={`change-${kind}`}>
      <span className="visually-hidden">{kind === 'before' ? 'Before: ' : 'Now: '}</span>
      {text === null ? <span className="faint">nothing</span> : <code>{text}</code>}
    </Mark>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `input.orderTotal` as people read it: “Input: orderTotal”. */
function fieldWords(path: string): string {
  const [first = '', ...rest] = path.split('.');
  const name = words(
    first.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`),
  );
  return rest.length === 0 ? name : `${name}: ${rest.join(', ')}`;
}

import { Download } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { ExecutionDetail } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { formatBytes, formatCount, plural } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Progress } from '../../ui/progress.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { isUnderWay } from './execution-words.ts';

/** The files that its export steps write or have written. */
export function Files({ execution }: { readonly execution: ExecutionDetail }) {
  return execution.files.map((file) => <File key={file.id} execution={execution} file={file} />);
}

interface FileProps {
  readonly execution: ExecutionDetail;
  readonly file: ExecutionDetail['files'][number];
}

function File({ execution, file }: FileProps) {
  const reason = useReason('executions.read', execution.accountId);
  const link = useAction('createFileLink', { onDone: ({ url }) => download(url, file.name) });
  const { id, place, name, rows, lookedAt, total, bytes } = file;
  const isExpired = Date.parse(file.expiresAt) <= Date.now();
  const isWhole = bytes !== null;
  if (!isWhole && !isUnderWay(execution)) return null;
  return (
    <Panel
      title={name}
      actions={
        isWhole && (
          <Button
            icon={Download}
            size="sm"
            busy={link.isPending}
            reason={reason ?? (isExpired ? 'It is kept no longer' : null)}
            onClick={() => link.mutate({ params: { executionId: execution.id, fileId: id } })}
          >
            Download
          </Button>
        )
      }
    >
      <div className="stack tight">
        <span className="muted">
          {plural(rows, 'row')}
          {isWhole ? `, ${formatBytes(bytes)}, ` : ` of ${formatCount(lookedAt)} records so far`}
          {isWhole && (
            <>
              {isExpired ? 'expired ' : 'expires '}
              <RelativeTime at={file.expiresAt} />
            </>
          )}
        </span>
        {!isWhole && <Progress label={`Progress of ${place}`} done={lookedAt} total={total} />}
      </div>
    </Panel>
  );
}

/** By its path alone: the stack may know itself under another name than this browser does. */
function download(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = new URL(url, window.location.origin).pathname;
  link.download = name;
  link.click();
}

import { useState } from 'react';
import { useApi, useApiPages } from '../../data/api.ts';
import type { RecordDetail, RecordSet, RecordVersion } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime } from '../../ui/time.tsx';

interface VersionsProps {
  readonly record: RecordDetail;
  readonly set: RecordSet | undefined;
  readonly onOpen: (at: string | null) => void;
}

/** Every state the record had, newest first, with what changed in each. */
export function Versions({ record, set, onOpen }: VersionsProps) {
  const params = { connectionId: record.connectionId, recordType: record.recordType, recordId: record.id };
  const pages = useApiPages('listRecordVersions', { params });
  const [compared, setCompared] = useState<RecordVersion | null>(null);
  const titleOf = (key: string) =>
    set?.recordType.attributes.find((attribute) => attribute.key === key)?.title ?? key;
  return (
    <Panel title="Versions">
      {pages.isPending ? (
        <Skeleton />
      ) : pages.error !== null ? (
        <ErrorState error={pages.error} retry={() => void pages.refetch()} />
      ) : (
        <Timeline
          moments={pages.items.map((version, index) => ({
            key: `${String(version.version)} ${version.validFrom}`,
            tone:
              version.deletedAt !== null
                ? ('warn' as const)
                : version.replacedAt === null
                  ? ('ok' as const)
                  : ('idle' as const),
            title: (
              <span className="strong">
                {version.version}.{' '}
                {titleOfVersion(version, index === pages.items.length - 1 && !pages.hasNextPage)}
              </span>
            ),
            at: <RelativeTime at={version.validFrom} />,
            body: (
              <div className="row wrap">
                {version.changed.length > 0 && (
                  <span className="faint">{version.changed.map((key) => titleOf(key)).join(', ')}</span>
                )}
                <span className="row">
                  {version.replacedAt !== null && (
                    <Button size="sm" look="quiet" onClick={() => onOpen(version.validFrom)}>
                      Look
                    </Button>
                  )}
                  {version.version > 1 && (
                    <Button
                      size="sm"
                      look="quiet"
                      aria-label={`Differences of version ${String(version.version)}`}
                      onClick={() => setCompared(version)}
                    >
                      Differences
                    </Button>
                  )}
                </span>
              </div>
            ),
          }))}
        />
      )}
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
      {compared !== null && (
        <DiffDialog params={params} version={compared} titleOf={titleOf} onClose={() => setCompared(null)} />
      )}
    </Panel>
  );
}

function titleOfVersion(version: RecordVersion, first: boolean): string {
  if (version.deletedAt !== null) return 'Deleted at the source';
  if (first) return 'First stored';
  return version.replacedAt === null ? 'In force' : 'Changed';
}

interface DiffDialogProps {
  readonly params: { readonly connectionId: string; readonly recordType: string; readonly recordId: string };
  readonly version: RecordVersion;
  readonly titleOf: (key: string) => string;
  readonly onClose: () => void;
}

function DiffDialog({ params, version, titleOf, onClose }: DiffDialogProps) {
  // A moment just before this version began to hold.
  const from = new Date(Date.parse(version.validFrom) - 1).toISOString();
  const query = useApi('compareRecord', { params, query: { from, to: version.validFrom } });
  return (
    <Dialog open wide onClose={onClose} title={`What version ${String(version.version)} changed`}>
      <Loaded query={query}>
        {({ changes }) =>
          changes.length === 0 ? (
            <p className="muted">No attribute differs: it was deleted at the source, or came back.</p>
          ) : (
            <DiffView
              from={`Version ${String(version.version - 1)}`}
              to={`Version ${String(version.version)}`}
              changes={changes.map(({ attribute, change, before, after }) => ({
                attribute,
                title: titleOf(attribute),
                before: change === 'added' ? undefined : before,
                after: change === 'removed' ? undefined : after,
              }))}
            />
          )
        }
      </Loaded>
      <span />
    </Dialog>
  );
}

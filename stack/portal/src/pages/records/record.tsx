import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Braces, List as ListIcon } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { Answer, Connection, RecordDetail, RecordSet } from '../../data/types.ts';
import { recordName } from '../../parts/record-name.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatDateTime, plural } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { AsOf } from './as-of.tsx';
import { useRecordSet } from './records.tsx';
import { RecordExecutions } from './executions.tsx';
import { Related } from './related.tsx';
import { Versions } from './versions.tsx';
import './records.css';

type Provenance = Answer<'listRecordProvenance'>['items'][number];

export function RecordPage() {
  const params: { readonly record?: string } = useParams({ strict: false });
  const search: { readonly at?: unknown } = useSearch({ strict: false });
  const at = typeof search.at === 'string' ? search.at : null;
  const { connectionId, recordType, connection, set } = useRecordSet();
  const input = { params: { connectionId, recordType, recordId: params.record ?? '' } };
  const now = useApi('getRecord', input);
  return (
    <Loaded query={connection} skeleton={<Page title="Record">{null}</Page>}>
      {(found) => (
        <Page
          title={(now.data && recordName(now.data.data, set)) ?? params.record ?? ''}
          crumbs={[
            { label: found.name, to: paths.connection(connectionId) },
            { label: set?.recordType.title ?? recordType, to: paths.records(connectionId, recordType) },
          ]}
          heading={
            <>
              {(now.data && recordName(now.data.data, set)) ?? params.record}
              <code className="faint record-id">{params.record}</code>
              <CopyButton text={params.record ?? ''} label="Copy the primary id" />
              {(now.data?.deletedAt ?? null) !== null && <Badge tone="warn">Deleted at the source</Badge>}
            </>
          }
        >
          <Loaded query={now}>
            {(record) => <RecordBody connection={found} set={set} record={record} at={at} />}
          </Loaded>
        </Page>
      )}
    </Loaded>
  );
}

interface BodyProps {
  readonly connection: Connection;
  readonly set: RecordSet | undefined;
  readonly record: RecordDetail;
  readonly at: string | null;
}

function RecordBody({ connection, set, record, at }: BodyProps) {
  const navigate = useNavigate();
  const params = { connectionId: connection.id, recordType: record.recordType, recordId: record.id };
  const past = useApi('getRecord', { params, query: at === null ? {} : { at } }, { enabled: at !== null });
  const shown = at === null ? record : past.data;
  const goTo = (moment: string | null) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, at: moment ?? undefined }),
      replace: true,
    });
  return (
    <div className="columns">
      <div className="stack">
        {at !== null && (
          <Notice
            action={
              <Button size="sm" onClick={() => goTo(null)}>
                Back to now
              </Button>
            }
          >
            As it was at <strong>{formatDateTime(new Date(at))}</strong>
            {past.data !== undefined && `, version ${String(past.data.version)}`}
          </Notice>
        )}
        {at !== null && past.error !== null ? (
          <ErrorState error={past.error} />
        ) : (
          shown !== undefined && (
            <AttributesPanel connection={connection} set={set} record={shown} current={at === null} />
          )
        )}
        <Related record={record} />
      </div>
      <div className="stack">
        <FactsPanel record={record} />
        <AsOf record={record} at={at} onChange={goTo} />
        <Versions record={record} set={set} onOpen={goTo} />
        <RecordExecutions connection={connection} record={record} />
      </div>
    </div>
  );
}

interface AttributesProps {
  readonly connection: Connection;
  readonly set: RecordSet | undefined;
  readonly record: RecordDetail;
  readonly current: boolean;
}

function AttributesPanel({ connection, set, record, current }: AttributesProps) {
  const search: { readonly view?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const view = search.view === 'json' ? 'json' : 'attributes';
  const provenance = useApi(
    'listRecordProvenance',
    { params: { connectionId: connection.id, recordType: record.recordType, recordId: record.id } },
    { enabled: current },
  );
  const wrote = new Map(
    (current ? (provenance.data?.items ?? []) : []).map((each) => [each.attribute, each]),
  );
  return (
    <Panel
      title="Attributes"
      flush={view === 'attributes'}
      actions={
        <Segments
          label="View"
          value={view}
          choices={[
            {
              value: 'attributes',
              label: (
                <>
                  <ListIcon className="icon" aria-hidden /> Attributes
                </>
              ),
            },
            {
              value: 'json',
              label: (
                <>
                  <Braces className="icon" aria-hidden /> JSON
                </>
              ),
            },
          ]}
          onChange={(next) =>
            void navigate({
              to: '.',
              search: (before: Record<string, unknown>) => ({
                ...before,
                view: next === 'json' ? 'json' : undefined,
              }),
              replace: true,
            })
          }
        />
      }
    >
      {view === 'json' ? (
        <JsonView value={record.data} />
      ) : (
        <AttributeTable set={set} record={record} wrote={wrote} />
      )}
    </Panel>
  );
}

interface AttributeTableProps {
  readonly set: RecordSet | undefined;
  readonly record: RecordDetail;
  readonly wrote: ReadonlyMap<string, Provenance>;
}

function AttributeTable({ set, record, wrote }: AttributeTableProps) {
  const known = set?.recordType.attributes ?? [];
  const extra = Object.keys(record.data)
    .filter((key) => !known.some((attribute) => attribute.key === key))
    .map((key) => ({ key, title: key, type: 'string' as const, description: undefined }));
  return (
    <table className="attributes">
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Value</th>
          <th scope="col" className="wrote">
            Written
          </th>
        </tr>
      </thead>
      <tbody>
        {[...known, ...extra].map(({ key, title, type, description }) => (
          <tr key={key}>
            <th scope="row" title={description}>
              <span className="attribute-name">
                {title}
                <small>{key}</small>
              </span>
            </th>
            <td>
              <AttributeValue record={record} attribute={key} type={type} />
            </td>
            <td className="wrote">
              <WroteBy provenance={wrote.get(key)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AttributeValue({
  record,
  attribute,
  type,
}: {
  record: RecordDetail;
  attribute: string;
  type: Parameters<typeof ValueView>[0]['type'];
}) {
  const value = record.data[attribute];
  const reference = record.references.find((each) => each.attribute === attribute);
  if (reference !== undefined && typeof value === 'string') {
    return reference.stored ? (
      <Link className="link" to={paths.record(record.connectionId, reference.recordType, reference.id)}>
        {value}
      </Link>
    ) : (
      <span className="row wrap">
        {value} <Badge tone="warn">not seen yet</Badge>
      </span>
    );
  }
  if (Array.isArray(value) && value.length > 0) return <JsonView value={value} />;
  return <ValueView value={value ?? null} type={type} />;
}

/** Which run wrote the value that is in force. */
function WroteBy({ provenance }: { readonly provenance: Provenance | undefined }) {
  if (provenance === undefined) return null;
  const when = <RelativeTime at={provenance.since} />;
  return (
    <span className="faint">
      {provenance.complete ? '' : 'before '}
      {provenance.runId === null ? (
        when
      ) : (
        <Link className="link-quiet" to={paths.run(provenance.runId)} title="The run that wrote this value">
          {when}
        </Link>
      )}
    </span>
  );
}

function FactsPanel({ record }: { readonly record: RecordDetail }) {
  const { version, createdAt, updatedAt, deletedAt, lastUsedAt, expiresAt, invocationId } = record;
  const invocation = useApi('getInvocation', { params: { invocationId } });
  const runId = invocation.data?.runId ?? null;
  return (
    <Panel title="Facts">
      <Properties
        items={[
          { name: 'Version', value: `${String(version)} (${plural(version - 1, 'change')})` },
          { name: 'First stored', value: <RelativeTime at={createdAt} /> },
          { name: 'Updated', value: <RelativeTime at={updatedAt} /> },
          deletedAt === null ? null : { name: 'Gone since', value: <RelativeTime at={deletedAt} /> },
          {
            name: 'Written by',
            value:
              runId === null ? (
                <span className="faint">
                  {invocation.error === null ? '…' : 'a run whose history has expired'}
                </span>
              ) : (
                <Link className="link" to={paths.run(runId)}>
                  {invocation.data?.functionKey ?? 'this run'}
                </Link>
              ),
          },
          { name: 'Last used', value: <RelativeTime at={lastUsedAt} /> },
          { name: 'Will expire', value: expiresAt === null ? 'Never' : formatDateTime(new Date(expiresAt)) },
        ]}
      />
    </Panel>
  );
}

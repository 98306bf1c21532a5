import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useApiPages } from '../../data/api.ts';
import type { Account, Answer } from '../../data/types.ts';
import { recordName } from '../../parts/record-name.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatCapped } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { useAccount } from './use-account.ts';

type Hit = Answer<'searchAccount'>['items'][number];

export function AccountSearchPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Search records">{null}</Page>}>
      {(account) => <AccountSearch account={account} />}
    </Loaded>
  );
}

function AccountSearch({ account }: { readonly account: Account }) {
  const search: { readonly text?: unknown } = useSearch({ strict: false });
  const text = typeof search.text === 'string' || typeof search.text === 'number' ? String(search.text) : '';
  const [typed, setTyped] = useState(text);
  const navigate = useNavigate();
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== text)
        void navigate({ to: '.', search: typed.trim() === '' ? {} : { text: typed.trim() }, replace: true });
    }, 180);
    return () => clearTimeout(timer);
  }, [typed, text, navigate]);
  return (
    <Page
      title="Search records"
      crumbs={[{ label: account.name, to: paths.account(account.key) }]}
      description="All record types of all connections of this account."
    >
      <div className="search-box">
        <Search className="icon" aria-hidden />
        <Input
          type="search"
          aria-label="Search records"
          placeholder="Words; the last one may be a beginning"
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <kbd className="kbd" aria-hidden>
          /
        </kbd>
      </div>
      {text === '' ? (
        <EmptyState icon={Search} title="Find a record">
          Type a name, an id or any word that a record holds. New records can be found within two seconds.
        </EmptyState>
      ) : (
        <Hits account={account} text={text} />
      )}
    </Page>
  );
}

function Hits({ account, text }: { readonly account: Account; readonly text: string }) {
  const pages = useApiPages('searchAccount', { params: { accountId: account.id }, query: { text } });
  if (pages.isPending) return <TableSkeleton />;
  if (pages.error !== null) return <ErrorState error={pages.error} retry={() => void pages.refetch()} />;
  if (pages.items.length === 0) {
    return (
      <EmptyState icon={SearchX} title={`No record holds “${text}”`}>
        All the words must be in one record. Try fewer words, or the beginning of one. For a part of a word,
        filter the records of one record type by “contains”.
      </EmptyState>
    );
  }
  return (
    <Panel
      title={`${formatCapped(pages.first?.total ?? { count: 0, exact: true })} ${pages.first?.total.count === 1 ? 'record' : 'records'}`}
      flush
    >
      {pages.items.map((hit) => (
        <HitRow key={`${hit.connectionId} ${hit.recordType} ${hit.id}`} hit={hit} text={text} />
      ))}
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
    </Panel>
  );
}

const VALUES_SHOWN = 5;

function HitRow({ hit, text }: { readonly hit: Hit; readonly text: string }) {
  const name = recordName(hit.data);
  const values = Object.entries(hit.data).filter(
    ([, value]) =>
      (typeof value === 'string' && value !== '' && value !== name && value !== hit.id) ||
      typeof value === 'number',
  );
  const words = text.toLowerCase().split(/\s+/);
  const matches = ([, value]: [string, unknown]) =>
    words.some((word) => String(value).toLowerCase().includes(word));
  const shown = [...values.filter(matches), ...values.filter((value) => !matches(value))].slice(
    0,
    VALUES_SHOWN,
  );
  return (
    <Link to={paths.record(hit.connectionId, hit.recordType, hit.id)} className="hit">
      <span className="hit-title">
        <span className="strong truncate">
          <Marked text={name ?? hit.id} words={words} />
        </span>
        {name !== null && <code className="faint">{hit.id}</code>}
        <Badge>{hit.recordTypeTitle}</Badge>
        <span className="faint truncate">{hit.connectionName}</span>
        {hit.deletedAt !== null && <Badge tone="warn">Deleted at the source</Badge>}
      </span>
      <span className="hit-values">
        {shown.map(([key, value]) => (
          <span key={key}>
            <span className="faint">{key} </span>
            <Marked text={String(value)} words={words} />
          </span>
        ))}
      </span>
    </Link>
  );
}

function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const lower = text.toLowerCase();
  for (const word of words) {
    const at = word === '' ? -1 : lower.indexOf(word);
    if (at >= 0) {
      return (
        <>
          {text.slice(0, at)}
          <mark>{text.slice(at, at + word.length)}</mark>
          {text.slice(at + word.length)}
        </>
      );
    }
  }
  return <>{text}</>;
}

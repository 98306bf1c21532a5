import { useQueries } from '@tanstack/react-query';
import {
  Activity,
  BellRing,
  Blocks,
  Building2,
  Cable,
  FileClock,
  HeartPulse,
  House,
  Inbox,
  KeyRound,
  Package,
  Scale,
  Search,
  Settings,
  ShieldAlert,
  Table2,
  UserRound,
  Users,
  Workflow,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { query, useApi } from '../data/api.ts';
import { reasonFor, useMe } from '../data/access.ts';
import type { Connection, Me } from '../data/types.ts';
import { paths } from '../paths.ts';
import { paletteMatches } from '../ui/palette-matches.ts';
import type { PaletteItem } from '../ui/palette.tsx';
import { useCurrentAccount } from './current-account.ts';

export interface Command extends Omit<PaletteItem, 'icon'> {
  readonly icon: LucideIcon;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
}

/** Record types are read for the first connections only; the others are a jump away. */
const CONNECTIONS_READ = 12;

/** What can be jumped to, the best first. */
export function useCommands(text: string): readonly Command[] {
  const me = useMe();
  const { current, all } = useCurrentAccount();
  const apps = useApi('listApps', { query: { limit: 200 } });
  const connections = useApi('listConnections', { query: { limit: 200 } });
  const joined = connections.data?.items ?? [];
  const types = useRecordTypes(joined.slice(0, CONNECTIONS_READ));
  const workflows = useWorkflows(current?.id);
  const commands: Command[] = [
    ...joined.map((each) => ({
      key: each.id,
      group: 'Connections',
      title: each.name,
      note: each.account.name,
      icon: Cable,
      to: paths.connection(each.id),
    })),
    ...types,
    ...workflows,
    ...pages(me, current?.key),
    ...all.map((each) => ({
      key: each.id,
      group: 'Accounts',
      title: each.name,
      icon: Building2,
      to: paths.account(each.key),
    })),
    ...(apps.data?.items ?? []).map((each) => ({
      key: each.id,
      group: 'Apps',
      title: each.name,
      icon: Blocks,
      to: paths.app(each.key),
    })),
  ];
  const found = paletteMatches(commands, text).slice(0, 40);
  if (text.trim() === '' || current === null) return found;
  const search: Command = {
    key: 'search',
    group: 'Records',
    title: `Search records for “${text.trim()}”`,
    note: current.name,
    icon: Search,
    to: paths.accountSearch(current.key),
    search: { text: text.trim() },
  };
  return [...found, search];
}

function useRecordTypes(connections: readonly Connection[]): Command[] {
  const results = useQueries({
    queries: connections.map(({ id }) => query('listRecordSets', { params: { connectionId: id } })),
  });
  return results.flatMap(({ data }, index) => {
    const connection = connections[index];
    if (data === undefined || connection === undefined) return [];
    return data.items.map(({ id, recordType }) => ({
      key: `set-${String(id)}`,
      group: 'Record types',
      title: recordType.title,
      note: connection.name,
      icon: Table2,
      to: paths.records(connection.id, recordType.key),
    }));
  });
}

function useWorkflows(accountId: string | undefined): Command[] {
  const input = { params: { accountId: accountId ?? '' }, query: { limit: 100 } };
  const { data } = useApi('listWorkflows', input, { enabled: accountId !== undefined });
  return (data?.items ?? []).map(({ id, name }) => ({
    key: id,
    group: 'Workflows',
    title: name,
    icon: Workflow,
    to: paths.workflow(id),
  }));
}

function page(title: string, icon: LucideIcon, to: string): Command {
  return { key: to, group: 'Pages', title, icon, to };
}

function pages(me: Me, account: string | undefined): Command[] {
  return [
    page('Overview', House, paths.home),
    page('Apps', Blocks, paths.apps),
    page('Modules', Package, paths.modules),
    ...(account === undefined
      ? []
      : [
          page('Workflows', Workflow, paths.workflows(account)),
          page('Chosen modules', Package, paths.accountModules(account)),
          page('Sync history', Activity, paths.accountRuns(account)),
          page('Quarantine', ShieldAlert, paths.accountQuarantine(account)),
          page('Alerts', BellRing, paths.accountAlerts(account)),
          page('Real-time API', KeyRound, paths.apiKeys(account)),
        ]),
    page('All alerts', BellRing, paths.alerts),
    page('Queues', Inbox, paths.queues),
    page('Balance', Scale, paths.balance),
    ...(reasonFor(me, 'health.read') === null ? [page('Health', HeartPulse, paths.health)] : []),
    ...(reasonFor(me, 'audit.read') === null ? [page('Audit trail', FileClock, paths.audit)] : []),
    ...(reasonFor(me, 'people.read') === null ? [page('People', Users, paths.people)] : []),
    page('Settings', Settings, paths.settings),
    page('My account', UserRound, paths.me),
  ];
}

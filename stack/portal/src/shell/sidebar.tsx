import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Activity,
  BellRing,
  Blocks,
  Cable,
  ChartColumn,
  ChevronsUpDown,
  FileClock,
  HeartPulse,
  House,
  Inbox,
  KeyRound,
  ListChecks,
  LogOut,
  Monitor,
  Moon,
  Package,
  Scale,
  Search,
  Settings,
  ShieldAlert,
  SlidersHorizontal,
  Sun,
  UserRound,
  Users,
  Workflow,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { call, queryClient } from '../data/api.ts';
import { reasonFor, useMe } from '../data/access.ts';
import { useLiveState } from '../data/live.ts';
import type { Account } from '../data/types.ts';
import { paths } from '../paths.ts';
import { Badge } from '../ui/badge.tsx';
import { formatCompact, words } from '../ui/format.ts';
import { Logo } from '../ui/logo.tsx';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx';
import { useCurrentAccount } from './current-account.ts';
import { setTheme, useTheme } from './theme.ts';

interface SidebarProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSearch: () => void;
}

export function Sidebar({ open, onClose, onSearch }: SidebarProps) {
  const { current, all } = useCurrentAccount();
  const ref = useRef<HTMLElement>(null);
  const place = useRouterState({ select: (state) => state.location.href });
  useEffect(onClose, [place]);
  useEffect(() => {
    if (!open) return undefined;
    ref.current?.querySelector<HTMLElement>('a, button')?.focus();
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [open, onClose]);
  return (
    <>
      {open && <div className="drawer-scrim" onClick={onClose} aria-hidden />}
      <aside ref={ref} className={open ? 'sidebar open' : 'sidebar'} aria-label="Navigation">
        <Link to={paths.home} className="brand">
          <Logo />
          Middle
        </Link>
        <button type="button" className="sidebar-search" onClick={onSearch}>
          <Search className="icon" aria-hidden />
          <span className="grow">Jump to…</span>
          <kbd className="kbd" aria-hidden>
            {/Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K
          </kbd>
        </button>
        <nav aria-label="Main">
          <div className="nav-group">
            <NavLink to={paths.home} icon={House} exact>
              Overview
            </NavLink>
            <NavLink to={paths.apps} icon={Blocks}>
              Apps
            </NavLink>
            <NavLink to={paths.modules} icon={Package}>
              Modules
            </NavLink>
          </div>
          {current !== null && <AccountNav account={current} all={all} />}
          <StackNav />
        </nav>
        <div className="sidebar-foot">
          <LiveMark />
          <UserMenu />
        </div>
      </aside>
    </>
  );
}

interface NavLinkProps {
  readonly to: string;
  readonly icon: LucideIcon;
  readonly exact?: boolean;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

function NavLink({ to, icon: Icon, exact = false, note, children }: NavLinkProps) {
  return (
    <Link to={to} className="nav-link" activeOptions={{ exact, includeSearch: false }}>
      <Icon className="icon" aria-hidden />
      {children}
      {note}
    </Link>
  );
}

function AccountNav({ account, all }: { readonly account: Account; readonly all: readonly Account[] }) {
  const navigate = useNavigate();
  const { key, invalidRecords, attention, openRuns, openAlerts } = account;
  return (
    <div className="nav-group">
      <Menu
        align="start"
        trigger={
          <button type="button" className="nav-title" aria-label={`Account ${account.name}, choose another`}>
            <span className="truncate grow">{account.name}</span>
            <ChevronsUpDown className="icon" aria-hidden />
          </button>
        }
      >
        <MenuLabel>Accounts</MenuLabel>
        {all.map((each) => (
          <MenuItem
            key={each.id}
            checked={each.id === account.id}
            onSelect={() => void navigate({ to: paths.account(each.key) })}
          >
            {each.name}
          </MenuItem>
        ))}
      </Menu>
      <NavLink
        to={paths.account(key)}
        icon={Cable}
        exact
        note={attention > 0 && <Badge tone="bad">{attention}</Badge>}
      >
        Connections
      </NavLink>
      <NavLink to={paths.accountDashboard(key)} icon={ChartColumn}>
        Dashboard
      </NavLink>
      <NavLink to={paths.workflows(key)} icon={Workflow}>
        Workflows
      </NavLink>
      <NavLink to={paths.accountExecutions(key)} icon={ListChecks}>
        Executions
      </NavLink>
      <NavLink to={paths.accountModules(key)} icon={Package}>
        Chosen modules
      </NavLink>
      <NavLink to={paths.accountSearch(key)} icon={Search}>
        Search records
      </NavLink>
      <NavLink
        to={paths.accountRuns(key)}
        icon={Activity}
        note={openRuns > 0 && <Badge tone="live">{openRuns}</Badge>}
      >
        Sync history
      </NavLink>
      <NavLink
        to={paths.accountQuarantine(key)}
        icon={ShieldAlert}
        note={invalidRecords > 0 && <Badge tone="warn">{formatCompact(invalidRecords)}</Badge>}
      >
        Quarantine
      </NavLink>
      <NavLink
        to={paths.accountAlerts(key)}
        icon={BellRing}
        note={openAlerts > 0 && <Badge tone="bad">{formatCompact(openAlerts)}</Badge>}
      >
        Alerts
      </NavLink>
      <NavLink to={paths.apiKeys(key)} icon={KeyRound}>
        Real-time API
      </NavLink>
      <NavLink to={paths.accountSettings(key)} icon={SlidersHorizontal}>
        Account settings
      </NavLink>
    </div>
  );
}

function StackNav() {
  const me = useMe();
  return (
    <div className="nav-group">
      <div className="nav-title">Stack</div>
      {reasonFor(me, 'alerts.read') === null && (
        <NavLink to={paths.alerts} icon={BellRing}>
          All alerts
        </NavLink>
      )}
      <NavLink to={paths.queues} icon={Inbox}>
        Queues
      </NavLink>
      <NavLink to={paths.balance} icon={Scale}>
        Balance
      </NavLink>
      {reasonFor(me, 'health.read') === null && (
        <NavLink to={paths.health} icon={HeartPulse}>
          Health
        </NavLink>
      )}
      {reasonFor(me, 'audit.read') === null && (
        <NavLink to={paths.audit} icon={FileClock}>
          Audit trail
        </NavLink>
      )}
      {reasonFor(me, 'people.read') === null && (
        <NavLink to={paths.people} icon={Users}>
          People
        </NavLink>
      )}
      <NavLink to={paths.settings} icon={Settings}>
        Settings
      </NavLink>
    </div>
  );
}

function LiveMark() {
  const state = useLiveState();
  const text = { connecting: 'Connecting', live: 'Live', polling: 'Every few seconds', down: 'No answer' }[
    state
  ];
  const tone = { connecting: 'idle', live: 'ok', polling: 'warn', down: 'bad' }[state];
  return (
    <div className="live-state" data-state={state}>
      <span className={`dot ${tone}`} aria-hidden />
      {text}
    </div>
  );
}

function UserMenu() {
  const me = useMe();
  const theme = useTheme();
  const navigate = useNavigate();
  const signOut = async () => {
    await call('signOut', undefined);
    queryClient.clear();
    await navigate({ to: paths.signIn });
  };
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button type="button" className="user-button">
          <span className="avatar" aria-hidden>
            {me.name.charAt(0).toUpperCase()}
          </span>
          <span className="grow truncate">
            <span className="truncate">{me.name}</span>
            <small>{words(me.role)}</small>
          </span>
          <span className="visually-hidden">account menu</span>
          <ChevronsUpDown className="icon faint" aria-hidden />
        </button>
      }
    >
      <MenuItem icon={UserRound} onSelect={() => void navigate({ to: paths.me })}>
        My account
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuItem icon={Monitor} checked={theme === 'system'} onSelect={() => setTheme('system')}>
        As the system
      </MenuItem>
      <MenuItem icon={Sun} checked={theme === 'light'} onSelect={() => setTheme('light')}>
        Light
      </MenuItem>
      <MenuItem icon={Moon} checked={theme === 'dark'} onSelect={() => setTheme('dark')}>
        Dark
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

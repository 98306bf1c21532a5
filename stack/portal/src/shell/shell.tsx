import { ApiProblem } from '@middle/contract/client.ts';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useApi } from '../data/api.ts';
import { startLive } from '../data/live.ts';
import { paths } from '../paths.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { isWelcomePutOff } from '../data/welcome.ts';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import './shell.css';
import { ShortcutsDialog, useShortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';

/** Everything around a page. It appears once it is known who is signed in. */
export function Shell() {
  const me = useApi('getMe', undefined);
  const navigate = useNavigate();
  const fresh =
    me.data?.kind === 'person' && (me.data.email === null || !me.data.hasPassword) && !isWelcomePutOff();
  useEffect(() => {
    if (fresh) void navigate({ to: paths.welcome, replace: true });
  }, [fresh, navigate]);
  if (me.error !== null && me.data === undefined && !isSignedOut(me.error)) {
    return (
      <main className="page">
        <ErrorState error={me.error} retry={() => void me.refetch()} />
      </main>
    );
  }
  return me.data === undefined || fresh ? (
    <div className="splash" role="status" aria-label="Loading" />
  ) : (
    <Frame />
  );
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'not_signed_in';
}

function Frame() {
  const [open, setOpen] = useState<'none' | 'palette' | 'shortcuts' | 'drawer'>('none');
  const close = () => setOpen('none');
  useEffect(startLive, []);
  useShortcuts({ palette: () => setOpen('palette'), shortcuts: () => setOpen('shortcuts') });
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Sidebar open={open === 'drawer'} onClose={close} onSearch={() => setOpen('palette')} />
      <div className="shell-main">
        <TopBar onMenu={() => setOpen('drawer')} onSearch={() => setOpen('palette')} />
        <ConnectionBanner />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {open === 'palette' && <CommandPalette onClose={close} />}
      <ShortcutsDialog open={open === 'shortcuts'} onClose={close} />
    </div>
  );
}

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './data/api.ts';
import { whenSessionEnds } from './data/session.ts';
import { paths } from './paths.ts';
import { router } from './router.tsx';
import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import { Toasts } from './ui/toast.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

const PUBLIC: ReadonlySet<string> = new Set([paths.signIn, paths.invitation]);

whenSessionEnds(() => {
  const { pathname, href } = router.state.location;
  if (!PUBLIC.has(pathname))
    void router.navigate({ to: paths.signIn, search: { next: href }, replace: true });
});

const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <TooltipProvider delayDuration={350} skipDelayDuration={200}>
          <RouterProvider router={router} />
          <Toasts />
        </TooltipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

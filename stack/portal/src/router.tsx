import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { NotFound, PageFailed } from './shell/page-failed.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ notFoundComponent: NotFound });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

type Search = Record<string, unknown>;

/** A page is loaded when it is first opened: each is a file of its own in the bundle. */
function page<K extends string>(
  parent: AnyRoute,
  path: string,
  load: () => Promise<Record<K, ComponentType>>,
  name: K,
): AnyRoute {
  return createRoute({
    getParentRoute: () => parent,
    path,
    component: lazyRouteComponent(load, name),
    validateSearch: (search: Search) => search,
  });
}

const account = () => import('./pages/account/routes.ts');
const connection = () => import('./pages/connection/routes.ts');
const records = () => import('./pages/records/routes.ts');
const workflows = () => import('./pages/workflows/routes.ts');
const builder = () => import('./pages/workflows/builder/builder-page.tsx');
const executions = () => import('./pages/executions/routes.ts');
const triggers = () => import('./pages/triggers/routes.ts');
const dashboards = () => import('./pages/dashboard/pages.tsx');
const alerts = () => import('./pages/alerts/routes.ts');
const modules = () => import('./pages/modules/routes.ts');
const apps = () => import('./pages/apps/routes.ts');
const stack = () => import('./pages/stack/routes.ts');

const routes = [
  page(root, '/sign-in', () => import('./pages/sign-in/sign-in.tsx'), 'SignInPage'),
  page(root, '/invitation', () => import('./pages/sign-in/invitation.tsx'), 'InvitationPage'),
  page(root, '/welcome', () => import('./pages/sign-in/welcome.tsx'), 'WelcomePage'),
  shell.addChildren([
    page(shell, '/', () => import('./pages/home/home.tsx'), 'HomePage'),
    page(shell, '/me', () => import('./pages/me/me.tsx'), 'MePage'),

    page(shell, '/accounts/$account', account, 'AccountPage'),
    page(shell, '/accounts/$account/search', account, 'AccountSearchPage'),
    page(shell, '/accounts/$account/runs', account, 'AccountRunsPage'),
    page(shell, '/accounts/$account/quarantine', account, 'AccountQuarantinePage'),
    page(shell, '/accounts/$account/alerts', alerts, 'AccountAlertsPage'),
    page(shell, '/accounts/$account/alerts/settings', alerts, 'AccountAlertSettingsPage'),
    page(shell, '/accounts/$account/api-keys', () => import('./pages/api-keys/api-keys.tsx'), 'ApiKeysPage'),
    page(shell, '/accounts/$account/modules', modules, 'AccountModulesPage'),
    page(shell, '/accounts/$account/modules/$module', modules, 'AccountModulePage'),
    page(shell, '/accounts/$account/settings', account, 'AccountSettingsPage'),

    page(shell, '/accounts/$account/workflows', workflows, 'WorkflowsPage'),
    page(shell, '/accounts/$account/dashboard', dashboards, 'AccountDashboardPage'),
    page(shell, '/workflows/$workflow/dashboard', dashboards, 'WorkflowDashboardPage'),
    page(shell, '/accounts/$account/executions', executions, 'AccountExecutionsPage'),
    page(shell, '/workflows/$workflow', builder, 'BuilderPage'),
    page(shell, '/workflows/$workflow/executions', executions, 'WorkflowExecutionsPage'),
    page(shell, '/workflows/$workflow/triggers', triggers, 'WorkflowTriggersPage'),
    page(shell, '/triggers/$trigger', triggers, 'TriggerPage'),
    page(shell, '/executions/$execution', executions, 'ExecutionPage'),
    page(shell, '/workflows/$workflow/versions', workflows, 'VersionsPage'),
    page(shell, '/workflows/$workflow/settings', workflows, 'WorkflowSettingsPage'),

    page(shell, '/connections/$connection', connection, 'ConnectionPage'),
    page(shell, '/connections/$connection/runs', connection, 'ConnectionRunsPage'),
    page(shell, '/connections/$connection/quarantine', connection, 'ConnectionQuarantinePage'),
    page(shell, '/connections/$connection/lookups', connection, 'ConnectionLookupsPage'),
    page(shell, '/connections/$connection/webhooks', connection, 'ConnectionWebhooksPage'),
    page(shell, '/connections/$connection/settings', connection, 'ConnectionSettingsPage'),
    page(shell, '/connections/$connection/records/$recordType', records, 'RecordsPage'),
    page(shell, '/connections/$connection/records/$recordType/$record', records, 'RecordPage'),
    page(shell, '/runs/$run', () => import('./pages/run/run.tsx'), 'RunPage'),

    page(shell, '/apps', apps, 'AppsPage'),
    page(shell, '/apps/$app', apps, 'AppPage'),
    page(shell, '/apps/$app/versions/$version', apps, 'AppVersionPage'),
    page(shell, '/apps/$app/versions/$version/files', apps, 'AppFilesPage'),

    page(shell, '/modules', modules, 'ModulesPage'),
    page(shell, '/make-module', modules, 'MakeModulePage'),
    page(shell, '/modules/$module', modules, 'ModulePage'),
    page(shell, '/modules/$module/publish', modules, 'MakeModulePage'),

    page(shell, '/alerts', alerts, 'StackAlertsPage'),
    page(shell, '/alerts/settings', alerts, 'StackAlertSettingsPage'),
    page(shell, '/queues', stack, 'QueuesPage'),
    page(shell, '/queues/$app/dead-letters', stack, 'DeadLettersPage'),
    page(shell, '/balance', stack, 'BalancePage'),
    page(shell, '/audit', stack, 'AuditPage'),
    page(shell, '/people', stack, 'PeoplePage'),
    page(shell, '/health', stack, 'HealthPage'),
    page(shell, '/settings', stack, 'SettingsPage'),
  ]),
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultErrorComponent: PageFailed,
  defaultPendingMs: 300,
});

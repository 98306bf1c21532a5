export { ConnectionPage } from './connection.tsx';
export { ConnectionLookupsPage } from './lookups.tsx';
export { ConnectionQuarantinePage } from './quarantine.tsx';
export { ConnectionRunsPage } from './runs.tsx';
export { ConnectionSettingsPage } from './settings.tsx';
export { ConnectionWebhooksPage } from './webhooks.tsx';

export { AuditPage } from './audit.tsx';
export { BalancePage } from './balance.tsx';
export { DeadLettersPage } from './dead-letters.tsx';
export { HealthPage } from './health.tsx';
export { PeoplePage } from './people.tsx';
export { QueuesPage } from './queues.tsx';
export { SettingsPage } from './settings.tsx';

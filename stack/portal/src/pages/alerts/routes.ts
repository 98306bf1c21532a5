export { AccountAlertsPage, StackAlertsPage } from './alerts.tsx';
export { AccountAlertSettingsPage, StackAlertSettingsPage } from './settings.tsx';

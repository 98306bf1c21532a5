export { VersionsPage } from './versions.tsx';
export { WorkflowSettingsPage } from './settings.tsx';
export { WorkflowsPage } from './workflows.tsx';

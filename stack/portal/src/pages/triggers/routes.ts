export { TriggerPage } from './trigger.tsx';
export { WorkflowTriggersPage } from './triggers.tsx';

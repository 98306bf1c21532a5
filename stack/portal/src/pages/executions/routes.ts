export { ExecutionPage } from './execution.tsx';
export { AccountExecutionsPage, WorkflowExecutionsPage } from './pages.tsx';

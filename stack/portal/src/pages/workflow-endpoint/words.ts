import type { WorkflowEndpoint } from '../../data/types.ts';

export const CLOSED_WORDS: Readonly<Record<WorkflowEndpoint['closed'][number], string>> = {
  account_off: 'The account is off',
  workflow_off: 'The workflow is off',
  workflow_unpublished: 'Never published',
};

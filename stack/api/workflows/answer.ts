import type { workflow, workflowSummary } from '@middle/contract/workflows/workflow.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import type { Workflow, WorkflowListed } from '@middle/store/workflows/workflows.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';

export function workflowAnswer(one: Workflow): Sendable<z.output<typeof workflow>> {
  return one;
}

export function workflowSummaryAnswer({
  draft,
  ...one
}: WorkflowListed): Sendable<z.output<typeof workflowSummary>> {
  return { ...one, steps: [...walk(draft)].length };
}

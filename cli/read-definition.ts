import { readFile } from 'node:fs/promises';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';

/** A workflow's definition from a JSON file. */
export async function readDefinition(file: string): Promise<WorkflowDefinition> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MiddleError('request_invalid', `${file} can't be read: ${messageOf(error)}`);
  });
  const parsed = workflowDefinitionSchema.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new MiddleError('request_invalid', `${file} is no definition of a workflow: ${at}`);
}

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MiddleError('request_invalid', `${what} is no JSON: ${messageOf(error)}`);
  }
}

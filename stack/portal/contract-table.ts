import { fileURLToPath } from 'node:url';
import { FUNCTION_GROUPS, FUNCTION_HELP } from '@middle/core/expression/help.ts';
import type { Plugin } from 'vite';
import { endpoints } from '../contract/endpoints.ts';
import type { Endpoint } from '../contract/endpoint.ts';

const CONTRACT = fileURLToPath(new URL('../contract/', import.meta.url));
const HELP = fileURLToPath(new URL('../core/expression/help.ts', import.meta.url));

/**
 * The browser needs each endpoint's method and path, not its schemas: the API has checked what it sends. This replaces
 * the two files of the contract that would bring the schema library along, about a third of the whole bundle. Of the
 * expression language it needs the help texts, not the evaluator.
 */
export function contractTable(): Plugin {
  return {
    name: 'middle-contract-table',
    enforce: 'pre',
    load(id) {
      if (id === `${CONTRACT}endpoints.ts`) return `export const endpoints = ${JSON.stringify(table())};`;
      if (id === `${CONTRACT}problem.ts`) return PROBLEM;
      if (id === HELP) return help();
      return null;
    },
  };
}

function help(): string {
  const [functions, groups] = [JSON.stringify(FUNCTION_HELP), JSON.stringify(FUNCTION_GROUPS)];
  return `export const FUNCTION_HELP = ${functions};\nexport const FUNCTION_GROUPS = ${groups};`;
}

function table(): Record<string, Pick<Endpoint, 'method' | 'path' | 'produces' | 'consumes'>> {
  const rows = Object.entries<Endpoint>(endpoints).map(([name, { method, path, produces, consumes }]) => [
    name,
    { method, path, ...(produces && { produces }), ...(consumes && { consumes }) },
  ]);
  return Object.fromEntries(rows);
}

const PROBLEM = `export const problem = {
  safeParse: (value) =>
    typeof value?.code === 'string' && typeof value.detail === 'string'
      ? { success: true, data: value }
      : { success: false },
};`;

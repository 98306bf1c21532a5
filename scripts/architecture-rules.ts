import { parseSync } from 'oxc-parser';

/** Which room may use which; a room is a folder. What is not in a list is refused. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'stack/core': [],
  'stack/contract': ['stack/core'],
  'stack/store': ['stack/core'],
  'stack/functions': ['stack/core', 'cloud/ports'],
  'stack/worker': ['stack/core', 'stack/store', 'stack/functions', 'cloud/ports'],
  'stack/api': ['stack/core', 'stack/contract', 'stack/store', 'stack/functions', 'cloud/ports'],
  'stack/portal': ['stack/core', 'stack/contract'],
  'cloud/ports': ['stack/core'],
  'cloud/conformance': ['stack/core', 'cloud/ports'],
  'cloud/local': ['stack/core', 'stack/store', 'stack/functions', 'cloud/ports'],
  // The fleet shares no code with a stack: it runs stacks of many releases at once.
  'fleet/core': [],
  'fleet/provision': ['fleet/core'],
  'fleet/simulator': ['fleet/core', 'fleet/provision'],
  'fleet/proxy': ['fleet/core'],
  cli: ['stack/core', 'stack/contract', 'stack/functions', 'cloud/local', 'cloud/ports', 'examples'],
  'sdk/typescript': [],
  examples: ['stack/core', 'stack/contract'],
};

/** Where a world is chosen or the real parts are put together: these may use any room. */
const COMPOSERS = /(?:\/main\.ts|\.test\.ts|\.suite\.ts|\/testing\/.+\.ts|\/e2e\/.*)$|^(?:bench|scripts)\//;

/** What user code could reach through us: rules that hold for packages from npm too. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: RegExp; readonly why: string }[] = [
  {
    name: /^(?:@aws-sdk\/|aws-cdk-lib)/,
    only: /^(?:cloud\/aws|infra|fleet\/provision\/aws)\//,
    why: 'only cloud/aws, infra and fleet/provision/aws know AWS',
  },
  {
    name: /^pg(?:-|$)/,
    only: /^(?:stack\/(?:store|api)|cloud\/local|bench)\//,
    why: 'SQL is in stack/store',
  },
  {
    name: /^fastify$|^@fastify\//,
    only: /^(?:stack\/api|examples|bench)\//,
    why: 'only the API is a web server',
  },
  { name: /^react(?:-dom)?(?:\/|$)/, only: /^stack\/portal\//, why: 'only the portal is a page' },
];

/** Pure rooms: no I/O, no clock, no environment, no randomness. HMAC and hashes are functions of their input. */
const PURE = /^(?:stack|fleet)\/core\//;
const PURE_PACKAGES =
  /^(?:@marcbachmann\/cel-js|@noble\/hashes\/[a-z0-9]+\.js|temporal-polyfill|zod|croner|node:buffer|node:crypto)$/;
const IMPURE_NAMES = new Set([
  'process',
  'performance',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'console',
]);
/** Any member of these. */
const IMPURE_OBJECTS = new Set(['process', 'performance', 'console', 'globalThis']);
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues']);

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** @param files source text by path from the repository's root, with `/`. */
export function findViolations(files: ReadonlyMap<string, string>): readonly Violation[] {
  return [...files].flatMap(([file, code]) => [
    ...importViolations(file, code),
    ...purityViolations(file, code),
  ]);
}

function roomOf(file: string): string | null {
  return Object.keys(ROOMS).find((room) => file.startsWith(`${room}/`)) ?? null;
}

function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length;
}

interface Found {
  readonly specifier: string;
  readonly at: number;
}

function importsOf(file: string, code: string): readonly Found[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, code).module;
  const dynamic = dynamicImports.map(({ moduleRequest }) => ({
    specifier: code.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^['"`]|['"`]$/g, ''),
    at: moduleRequest.start,
  }));
  const exported = staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest }) =>
      moduleRequest === null ? [] : [{ specifier: moduleRequest.value, at: start }],
    ),
  );
  const imported = staticImports.map(({ moduleRequest, start }) => ({
    specifier: moduleRequest.value,
    at: start,
  }));
  return [...imported, ...exported, ...dynamic];
}

/** The path that a specifier means, from the root; null for a package from npm or of Node's. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return new URL(specifier, `file:///${file}`).pathname.slice(1);
  const [, name, rest] = /^@middle\/([a-z-]+)\/(.*)$/.exec(specifier) ?? [];
  if (name === undefined || rest === undefined) return null;
  const folder = WORKSPACES[name] ?? name;
  return `${folder}/${rest}`;
}

const WORKSPACES: Readonly<Record<string, string>> = {
  core: 'stack/core',
  contract: 'stack/contract',
  store: 'stack/store',
  functions: 'stack/functions',
  worker: 'stack/worker',
  api: 'stack/api',
  portal: 'stack/portal',
  fleet: 'fleet',
  sdk: 'sdk/typescript',
  'atlas-source': 'examples/atlas-source',
};

function importViolations(file: string, code: string): readonly Violation[] {
  const room = roomOf(file);
  if (room === null) return [];
  return importsOf(file, code).flatMap(({ specifier, at }) => {
    const message = whyRefused(file, room, specifier);
    return message === null ? [] : [{ file, line: lineAt(code, at), message }];
  });
}

function whyRefused(file: string, room: string, specifier: string): string | null {
  const target = targetOf(file, specifier);
  if (target === null) {
    if (PURE.test(file) && !file.endsWith('.test.ts') && !PURE_PACKAGES.test(specifier)) {
      return `${room} is pure and may not use "${specifier}"`;
    }
    const rule = PACKAGES.find(({ name, only }) => name.test(specifier) && !only.test(file));
    return rule === undefined || COMPOSERS.test(file) ? null : `"${specifier}": ${rule.why}`;
  }
  const other = roomOf(target);
  const known = other !== null && (other === room || ROOMS[room]?.includes(other) === true);
  if (known || COMPOSERS.test(file)) return null;
  return `${room} may not use ${other ?? target}`;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

function purityViolations(file: string, code: string): readonly Violation[] {
  if (!PURE.test(file) || file.endsWith('.test.ts')) return [];
  const found: Violation[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isNode(value)) return;
    const impure = impureUse(value, code);
    if (impure !== null) {
      found.push({ file, line: lineAt(code, value.start), message: `a pure room may not use ${impure}` });
    }
    Object.values(value).forEach(look);
  };
  look(parseSync(file, code).program);
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function impureUse(node: Node, code: string): string | null {
  if (node.type === 'MemberExpression') {
    const text = code.slice(node.start, Number(node['end']));
    const of = isNode(node['object']) ? node['object']['name'] : undefined;
    const impure = typeof of === 'string' && IMPURE_OBJECTS.has(of);
    return IMPURE_MEMBERS.has(text) || impure ? text : null;
  }
  const { callee } = node;
  if (!isNode(callee) || callee.type !== 'Identifier' || typeof callee['name'] !== 'string') return null;
  const { name } = callee;
  const bare = Array.isArray(node['arguments']) && node['arguments'].length === 0;
  if (node.type === 'NewExpression' && name === 'Date' && bare) return 'new Date() (the clock)';
  return node.type === 'CallExpression' && IMPURE_NAMES.has(name) ? name : null;
}

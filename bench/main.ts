import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Bench, BenchContext, BenchResult, BenchRow } from './bench.ts';

const NOT_BENCHMARKS = new Set(['bench.ts', 'main.ts']);

async function names(): Promise<readonly string[]> {
  const files = await readdir(import.meta.dirname);
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_BENCHMARKS.has(file))
    .map((file) => file.slice(0, -3))
    .sort();
}

async function load(name: string): Promise<Bench> {
  const known = await names();
  if (!known.includes(name)) {
    throw new MiddleError('request_invalid', `There is no benchmark "${name}".`, {
      hint: `Choose one of: ${known.join(', ')}.`,
    });
  }
  const found: unknown = await import(`./${name}.ts`);
  if (isBench(found)) return found.run;
  throw new MiddleError('internal', `bench/${name}.ts exports no function "run".`);
}

function isBench(found: unknown): found is { run: Bench } {
  return typeof found === 'object' && found !== null && 'run' in found && typeof found.run === 'function';
}

function contextOf(options: Readonly<Record<string, unknown>>): BenchContext {
  return {
    progress: (text) => process.stderr.write(`  ${text}\n`),
    number(name, fallback) {
      const given = options[name];
      if (given === undefined) return fallback;
      const value = Number(given);
      if (Number.isFinite(value)) return value;
      throw new MiddleError('request_invalid', `--${name} takes a number, not ${JSON.stringify(given)}.`);
    },
  };
}

const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

function line(row: BenchRow): readonly string[] {
  const peer =
    row.peer === undefined
      ? ''
      : `${figure.format(row.peer.ratio)} × ${row.peer.what} (${figure.format(row.peer.value)})`;
  return [row.what, figure.format(row.value), row.unit, peer];
}

function table(result: BenchResult): string {
  const lines = [['measured', 'value', 'unit', 'compared in the same run'], ...result.rows.map(line)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) =>
        column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [result.title, '', ...text, '', ...(result.notes ?? [])].join('\n');
}

/** `--records 5` as `--records=5`: the options belong to the benchmarks, so which take a value is not known here. */
function joined(args: readonly string[]): string[] {
  return args.reduce<string[]>((done, arg) => {
    const last = done.at(-1);
    if (last?.startsWith('--') === true && !last.includes('=') && /^-?\d/.test(arg))
      done[done.length - 1] = `${last}=${arg}`;
    else done.push(arg);
    return done;
  }, []);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: joined(process.argv.slice(2)),
    strict: false,
    allowPositionals: true,
  });
  const [name, ...more] = positionals;
  if (name === undefined || values['help'] === true || more.length > 0) {
    process.stdout.write(
      `npm run bench -- NAME [--json] [--OPTION N]\n\nNAME: ${(await names()).join(', ')}\n`,
    );
    process.exitCode = name === undefined || more.length > 0 ? 2 : 0;
    return;
  }
  const result = await (await load(name))(contextOf(values));
  process.stdout.write(`${table(result)}\n`);
  if (values['json'] === true) process.stdout.write(`${JSON.stringify({ name, ...result })}\n`);
}

try {
  await main();
} catch (error) {
  const hint = error instanceof MiddleError && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(`${messageOf(error)}${hint}\n`);
  process.exitCode = error instanceof MiddleError && error.code === 'request_invalid' ? 2 : 1;
}

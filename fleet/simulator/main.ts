import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';
import type { SimulationResult } from './simulate.ts';

const USAGE = `npm run simulate -- [--stacks N] [--seed S] [--days D] [--step MINUTES] [--json]

Drives the fleet's real planner over a simulated fleet, with failures, kills, holds, windows, recalls and people who change their
minds, and checks that nothing it promises is broken. The same seed repeats the same run. Ends with 1 when a promise was broken.
`;

function number(text: string | undefined, fallback: number, least: number, most: number): number | null {
  if (text === undefined) return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : null;
}

function main(): number {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        stacks: { type: 'string' },
        seed: { type: 'string' },
        days: { type: 'string' },
        step: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stacks = number(values.stacks, 1_000, 1, 100_000);
  const seed = number(values.seed, 1, 0, 4_294_967_295);
  const days = number(values.days, 30, 1, 365);
  const stepMinutes = number(values.step, 10, 1, 60);
  if (stacks === null || seed === null || days === null || stepMinutes === null) {
    process.stderr.write(`Each option takes a whole number in its range.\n\n${USAGE}`);
    return 2;
  }
  const result = simulate({
    stacks,
    seed,
    days,
    stepMinutes,
    clock: () => performance.now(),
    progress: (text) => process.stderr.write(`  ${text}\n`),
  });
  process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : words(result));
  return result.violations.length === 0 ? 0 : 1;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}

function words(result: SimulationResult): string {
  const lines = [
    `${String(result.stacks)} stacks, seed ${String(result.seed)}, ${result.simulatedDays.toFixed(1)} simulated days`,
    '',
    `plans       ${String(result.plans)}, mean ${result.planMeanMs.toFixed(1)} ms, slowest ${result.planSlowestMs.toFixed(1)} ms`,
    `killed      ${String(result.kills)} times; ${String(result.fenced)} operations of earlier terms refused`,
    `operations  ${list(result.operations)}`,
    `rollouts    ${list(result.rollouts)}`,
    `members     ${list(result.members)}; ${String(result.stragglers)} stragglers reported`,
    `overrides   ${String(result.overrides)} by security releases after their notice; ${String(result.holdsRefused)} holds and vetoes refused`,
    '',
    result.violations.length === 0
      ? 'No promise was broken.'
      : `${String(result.violations.length)} PROMISES BROKEN`,
    ...result.violations.map(({ rule, what, at }) => `  ${rule}: ${what} (${new Date(at).toISOString()})`),
  ];
  return `${lines.join('\n')}\n`;
}

process.exitCode = main();

import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Hop } from '../doctor.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { bad, duration, faint, good } from '../output.ts';

export function register(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('Run a real function through the whole stack and say how each hop went.')
    .addHelpText('after', HELP)
    .action(async () => {
      const { examine } = await import('../doctor.ts');
      const hops: Hop[] = [];
      await examine(context, (hop) => {
        hops.push(hop);
        context.note(render(hop));
      });
      const failed = hops.filter(({ ok }) => !ok);
      const ok = failed.length === 0;
      const total = Math.round(hops.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
      context.print({ ok, milliseconds: total, hops }, () =>
        ok
          ? good(`All ${hops.length} hops work, in ${duration(total)}.`)
          : bad(`Broken: ${failed.map(({ name }) => name).join(', ')}.`),
      );
      if (!ok) process.exitCode = EXIT_CODES.checkFailed.code;
    });
}

const HELP = `
Hops: parts, api, push, connection, run, function, intake, record, sandbox, queue, log, search, cleanup. It makes an account, an
app and a connection of its own and removes them again; your data are not touched. With --json: { ok, hops: [...] }.`;

function render({ name, ok, milliseconds, detail }: Hop): string {
  return `  ${ok ? good('✓') : bad('✗')} ${name.padEnd(11)} ${faint(duration(milliseconds).padStart(8))}  ${ok ? faint(detail) : detail}`;
}

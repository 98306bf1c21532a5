import { Argument } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { SHELLS, completionScript } from '../completion.ts';
import type { Shell } from '../completion.ts';

export function register(program: Command, context: Context): void {
  program
    .command('completion')
    .description('Print a script that completes commands and options in your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => {
      const script = completionScript(program, shell);
      context.print({ shell, script }, () => script);
    });
}

const HELP = `
  bash   source <(middle completion bash)                                in ~/.bashrc
  zsh    source <(middle completion zsh)                                 in ~/.zshrc, after compinit
  fish   middle completion fish > ~/.config/fish/completions/middle.fish`;

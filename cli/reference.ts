import type { Command } from 'commander';
import { DATA_VARIABLE } from './context.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** docs/cli.md, made from the commands as they are defined. `scripts/cli-reference.ts` writes it; a test compares. */
export function cliReference(program: Command): string {
  const groups = program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command] : command.commands,
  );
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `- \`${String(code)}\`: ${meaning}`);
  return [
    '# The `middle` command',
    '',
    'In this repository, `npx middle …`. It finds the stack by its data folder: `--data DIR`, else the variable',
    `\`${DATA_VARIABLE}\`, else the user's data directory. With \`--json\` every command prints one line of JSON instead of text;`,
    'an error is `{ "error": { code, message, fault, hint } }`. `npm run cli-reference` writes this page.',
    '',
    '## Exit codes',
    '',
    ...codes,
    '',
    ...groups.flatMap(section),
  ].join('\n');
}

function section(command: Command): string[] {
  const parent = command.parent?.parent === null ? [] : [command.parent?.name() ?? ''];
  const name = ['middle', ...parent, command.name()].join(' ');
  const options = command.options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices === undefined ? '' : `: ${argChoices.join(', ')}`;
    const usual = typeof defaultValue === 'string' || typeof defaultValue === 'number' ? defaultValue : '';
    return `- \`${flags}\` ${description}${choices}${usual === '' ? '' : ` (default: ${String(usual)})`}`;
  });
  const given = command.registeredArguments
    .filter(({ description }) => description !== '')
    .map((argument) => {
      const shown = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
      return `- \`${shown}\` ${argument.description}`;
    });
  const lines = [...given, ...options];
  return [
    `## \`${[name, command.usage().replace('[options] ', '').replace('[options]', '')].join(' ').trim()}\``,
    '',
    command.description(),
    '',
    ...(lines.length === 0 ? [] : [...lines, '']),
  ];
}

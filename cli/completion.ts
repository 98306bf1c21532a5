import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Known {
  /** The words that lead here, such as `app push`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { name: string; description: string }[];
  readonly options: readonly { long: string; description: string }[];
}

/** A script made from the commands as they are defined, so it can't name one that isn't there. */
export function completionScript(program: Command, shell: Shell): string {
  const all = walk(program, '');
  if (shell === 'fish') return fish(all);
  // zsh runs bash's completion functions once this is loaded.
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}` : bash(all);
}

function walk(command: Command, path: string): Known[] {
  const own: Known = {
    path,
    description: command.description(),
    commands: command.commands.map((sub) => ({ name: sub.name(), description: sub.description() })),
    options: [...command.options, ...(command.parent?.options ?? [])].flatMap(({ long, description }) =>
      long === null || long === undefined ? [] : [{ long, description }],
    ),
  };
  return [own, ...command.commands.flatMap((sub) => walk(sub, `${path} ${sub.name()}`.trim()))];
}

function bash(all: readonly Known[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.map(({ long }) => long), '--help'];
    return `    ${JSON.stringify(path)}) words=${JSON.stringify(words.join(' '))} ;;`;
  });
  return `_middle() {
  local word path="" words="" current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${paths(all)} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "\${path//\\// }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _middle middle`;
}

/** Every path with its words joined by a slash: app app/push ... */
function paths(all: readonly Known[]): string {
  return all
    .map(({ path }) => path.replaceAll(' ', '/'))
    .filter((path) => path !== '')
    .join(' ');
}

function fish(all: readonly Known[]): string {
  const lines = ['complete -c middle -f'];
  for (const { path, commands, options } of all) {
    const words = path.split(' ').filter((word) => word !== '');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const names = commands.map(({ name }) => name).join(' ');
    const none = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
    const condition = [...seen, ...none].join('; and ');
    const when = condition === '' ? '' : ` -n '${condition}'`;
    for (const { name, description } of commands)
      lines.push(`complete -c middle${when} -a ${name} -d ${quoted(description)}`);
    for (const { long, description } of options) {
      lines.push(`complete -c middle${when} -l ${long.replace(/^--/, '')} -d ${quoted(description)}`);
    }
  }
  return lines.join('\n');
}

const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

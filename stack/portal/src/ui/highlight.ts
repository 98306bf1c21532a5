export interface Token {
  readonly text: string;
  readonly kind: 'plain' | 'comment' | 'string' | 'keyword' | 'number' | 'key';
}

const KEYWORDS =
  'import|from|export|default|async|await|function|const|let|return|for|of|in|if|else|while|type|interface|new|throw|try|catch|true|false|null|undefined|def|class|None|True|False|as|yield|satisfies';

const SCRIPT = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
    String.raw`(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|` + '`(?:\\\\.|[^`\\\\])*`)',
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<number>\b\d[\d_.]*\b)`,
  ].join('|'),
  'g',
);
const YAML = new RegExp(
  [
    String.raw`(?<comment>(?<=^|\s)#[^\n]*)`,
    String.raw`(?<key>(?<=^[ \-]*|[{,] *)[A-Za-z_][\w-]*(?=:))`,
    String.raw`(?<string>'[^'\n]*'|"(?:\\.|[^"\\\n])*")`,
    String.raw`(?<keyword>\b(?:true|false|null)\b)`,
    String.raw`(?<number>(?<=[\s:])\d[\d.]*\b)`,
  ].join('|'),
  'gm',
);

/** The text as lines of tokens. Unknown kinds of files stay plain. */
export function highlight(text: string, path: string): Token[][] {
  const pattern = /\.(?:ts|js|mjs|json|py)$/.test(path) ? SCRIPT : /\.ya?ml$/.test(path) ? YAML : null;
  const tokens: Token[] = [];
  let end = 0;
  for (const match of pattern === null ? [] : text.matchAll(pattern)) {
    if (match.index > end) tokens.push({ text: text.slice(end, match.index), kind: 'plain' });
    tokens.push({ text: match[0], kind: kindOf(match.groups) });
    end = match.index + match[0].length;
  }
  tokens.push({ text: text.slice(end), kind: 'plain' });
  return toLines(tokens);
}

function kindOf(groups: Record<string, string | undefined> | undefined): Token['kind'] {
  for (const kind of ['comment', 'string', 'keyword', 'number', 'key'] as const) {
    if (groups?.[kind] !== undefined) return kind;
  }
  return 'plain';
}

function toLines(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { text, kind } of tokens) {
    text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ text: part, kind });
    });
  }
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

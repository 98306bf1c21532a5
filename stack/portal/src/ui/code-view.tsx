import { CopyButton } from './copy-button.tsx';
import { highlight } from './highlight.ts';
import './code.css';

interface CodeViewProps {
  readonly text: string;
  readonly path: string;
}

/** A file with line numbers. Keywords, strings and comments are told apart, which is enough to read code. */
export function CodeView({ text, path }: CodeViewProps) {
  const lines = highlight(text, path);
  return (
    <figure className="code-view">
      <figcaption>
        <code>{path}</code>
        <CopyButton text={text} label="Copy the file" />
      </figcaption>
      <div className="code-lines" tabIndex={0} role="region" aria-label={path}>
        <table>
          <tbody>
            {lines.map((tokens, index) => (
              <tr key={index}>
                <td className="line-number" aria-hidden data-line={index + 1} />
                <td>
                  {tokens.map((token, position) => (
                    <span
                      key={position}
                      className={token.kind === 'plain' ? undefined : `code-${token.kind}`}
                    >
                      {token.text}
                    </span>
                  ))}
                  {tokens.length === 0 && ' '}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

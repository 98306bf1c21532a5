import './modules.css';

interface ProblemsProps {
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** What is in the way, one line each. */
export function Problems({ problems }: ProblemsProps) {
  return (
    <ul className="module-problems">
      {problems.map(({ path, message }) => (
        <li key={path + message}>
          {path !== '' && <code>{path}</code>} {message}
        </li>
      ))}
    </ul>
  );
}

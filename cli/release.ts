import { readFile } from 'node:fs/promises';

/** The version of the stack software, from the repository's own package. */
export async function release(): Promise<string> {
  const description: { version: string } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return description.version;
}

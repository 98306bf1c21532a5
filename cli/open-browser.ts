import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
const OTHERS = ['xdg-open'] as const;

/**
 * Shows a sign-in link in the person's browser; false when none can be asked to. Everybody on the machine can read a
 * command line, so the browser is given the address of a page that only this person can read and that leads on.
 */
export async function openBrowser(
  link: string,
  page: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  // A page that was there keeps its rights when it is written over.
  await rm(page, { force: true });
  await writeFile(page, pageTo(link), { mode: 0o600 });
  const [command, ...given] = OPENERS[process.platform] ?? OTHERS;
  const child = spawn(command, [...given, pathToFileURL(page).href], {
    stdio: 'ignore',
    detached: true,
    env,
  });
  child.unref();
  const began = await once(child, 'spawn').then(
    () => true,
    () => false,
  );
  return began;
}

function pageTo(link: string): string {
  const address = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return [
    '<!doctype html>',
    '<meta charset="utf-8" />',
    '<meta name="referrer" content="no-referrer" />',
    `<meta http-equiv="refresh" content="0; url=${address}" />`,
    `<title>Middle</title><p><a href="${address}">Sign in</a></p>`,
    '',
  ].join('\n');
}

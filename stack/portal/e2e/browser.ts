import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

/** It must not call home, and needs nothing installed on the machine. */
const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";

/**
 * The package unpacks 200 MB into the temporary directory and takes what it finds there for whole, also while another
 * process writes it or after one was killed. So it is unpacked aside and put in place at once; the first one wins.
 */
async function browserProgram(): Promise<string> {
  const place = join(tmpdir(), `middle-test-browser-${String(process.getuid?.() ?? 0)}`);
  if (!existsSync(place)) {
    const aside = await mkdtemp(`${place}-`);
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: import.meta.dirname,
      env: { ...process.env, TMPDIR: aside },
    });
    await rename(aside, place).catch(async (error: unknown) => {
      await rm(aside, { recursive: true });
      if (!existsSync(place)) throw error;
    });
  }
  return join(place, 'chromium');
}

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await browserProgram(),
    // Several contexts are open at once, which one process would not survive.
    args: [...chromium.args.filter((flag) => flag !== '--single-process'), ...FLAGS],
    headless: true,
  });
}

/** A person at a desk. What the page complains about is collected: a page must complain about nothing. */
export async function openPage(
  browser: Browser,
  address: string,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  // Only against hanging: a loaded machine takes its time.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is what some tests ask for; the page shows it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { page, complaints };
}

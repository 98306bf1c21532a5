import { access, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DataFolder } from '@middle/cloud/local/data-folder.ts';
import { writeDurably } from '@middle/cloud/local/files.ts';
import { choosePort } from '@middle/cloud/local/ports.ts';
import { NODE_PART, nodeCommand } from '@middle/cloud/local/stack-parts.ts';
import type { Part } from '@middle/cloud/local/supervisor/part.ts';
import type { Stack } from '@middle/cloud/local/stack.ts';

export const SOURCE_PART = 'sample source';
const MAIN = new URL('../examples/atlas-source/main.ts', import.meta.url);
const HOST = '127.0.0.1';

/**
 * The outside system of the sample, run beside the stack while the sample is installed. sample.json in the data folder
 * says so and keeps its port, which the sample's connection names.
 */
export interface SampleSource {
  /** To start with the stack: the source when the sample is installed. */
  parts(data: DataFolder): Promise<Part[]>;
  start(stack: Stack): Promise<{ url: string }>;
  stop(stack: Stack): Promise<void>;
}

export function sampleSource(): SampleSource {
  let running: string | null = null;
  return {
    async parts(data) {
      const text = await readFile(fileOf(data), 'utf8').catch(() => null);
      if (text === null) return [];
      const { port }: { port: number } = JSON.parse(text);
      running = urlOf(port);
      return [part(data, port)];
    },
    async start(stack) {
      if (running !== null) return { url: running };
      const port = await choosePort(HOST, 0);
      await stack.startPart(part(stack.data, port));
      await writeDurably(fileOf(stack.data), JSON.stringify({ port }));
      running = urlOf(port);
      return { url: running };
    },
    async stop(stack) {
      running = null;
      await stack.stopPart(SOURCE_PART);
      await rm(fileOf(stack.data), { force: true });
    },
  };
}

const urlOf = (port: number): string => `http://${HOST}:${port}`;
const fileOf = (data: DataFolder): string => path.join(data.root, 'sample.json');

function part(data: DataFolder, port: number): Part {
  const readyFile = path.join(data.run, 'sample.ready');
  return {
    ...NODE_PART,
    name: SOURCE_PART,
    stopWithin: 3_000,
    async command() {
      await rm(readyFile, { force: true });
      return nodeCommand(data, 'sample-source', MAIN, {
        host: HOST,
        port,
        publicUrl: urlOf(port),
        readyFile,
      });
    },
    whyNotReady: () =>
      access(readyFile).then(
        () => null,
        () => 'it does not listen yet',
      ),
  };
}

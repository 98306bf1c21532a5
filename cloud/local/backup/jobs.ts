import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { z } from 'zod';
import type { DataFolder } from '../data-folder.ts';
import { nodeCommand } from '../stack-parts.ts';
import { startProcess } from '../supervisor/part-process.ts';
import type { PartProcess } from '../supervisor/part-process.ts';
import { openPartLog } from '../supervisor/part-log.ts';

/** Work that takes memory for a minute, each in a process of its own that is gone when it is done. */
export interface BackupJobs {
  run(job: 'base' | 'verify', archive: string): Promise<void>;
  stop(): Promise<void>;
}

const result = z.object({ error: z.string().nullable() });

export function backupJobs(options: {
  readonly data: DataFolder;
  readonly stackKey: string;
  readonly superuser: DatabaseAddress;
  readonly release: string;
}): BackupJobs {
  const { data, stackKey, superuser, release } = options;
  const running = new Set<PartProcess>();
  let over = false;
  return {
    async run(job, archive) {
      if (over) throw new MiddleError('shutting_down', 'The stack is ending.');
      const resultFile = path.join(data.run, 'backup-job.result.json');
      await rm(resultFile, { force: true });
      const config = { job, archive, stackKey, superuser, release, scratch: data.scratch, resultFile };
      const command = await nodeCommand(data, 'backup-job', MAIN, config);
      const log = openPartLog(path.join(data.logs, 'backup.log'));
      try {
        const child = await startProcess(command, log);
        running.add(child);
        const how = await child.ended;
        running.delete(child);
        const text = await readFile(resultFile, 'utf8').catch(() => null);
        const { error } = text === null ? { error: `it ended (${how})` } : result.parse(JSON.parse(text));
        if (error !== null) throw new MiddleError('internal', error);
      } finally {
        log.close();
      }
    },
    async stop() {
      over = true;
      const ending = [...running].map((child) => {
        child.signal('SIGKILL');
        return child.ended;
      });
      await Promise.all(ending);
    },
  };
}

const MAIN = new URL('./main.ts', import.meta.url);

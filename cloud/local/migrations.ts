import { fileURLToPath } from 'node:url';
import type { MigrationSet } from '@middle/store/migrate.ts';

/** What the database of a stack on one machine is made of. On AWS the second set is replaced by services. */
export const MIGRATIONS: readonly MigrationSet[] = [
  {
    name: 'stack',
    folder: fileURLToPath(new URL('./migrations', import.meta.resolve('@middle/store/migrate.ts'))),
  },
  { name: 'local', folder: fileURLToPath(new URL('./migrations', import.meta.url)) },
];

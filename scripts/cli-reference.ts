import { writeFile } from 'node:fs/promises';
import { createProgram } from '@middle/cli/program.ts';
import { cliReference } from '@middle/cli/reference.ts';

// Run after changing a command; a test tells when it was forgotten.
await writeFile(new URL('../docs/cli.md', import.meta.url), cliReference(createProgram('').program));

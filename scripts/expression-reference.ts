import { writeFile } from 'node:fs/promises';
import { expressionReference } from '@middle/core/expression/reference.ts';

// Run after changing a function of the expression language; a test tells when it was forgotten.
await writeFile(new URL('../docs/expressions.md', import.meta.url), expressionReference());

import { writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from '@middle/functions/package/json-schema.ts';

// Run after changing stack/core/manifest.ts; a test tells when it was forgotten.
await writeFile(new URL('../sdk/middle.app.schema.json', import.meta.url), manifestJsonSchema());

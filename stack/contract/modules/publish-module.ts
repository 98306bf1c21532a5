import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { moduleContent, moduleNotes, publishedModule } from './module.ts';

export const publishModule = defineEndpoint({
  method: 'POST',
  path: '/modules',
  summary: 'Publish a version of a module, which may be new',
  description:
    'The copies of every account that opted in follow. When the newest version is the same already, nothing happens.',
  permission: 'modules.change',
  body: z.strictObject({ content: moduleContent, notes: moduleNotes }),
  response: publishedModule,
  errors: ['module_invalid'],
});

import { indexTexts } from '@middle/store/executions/text.ts';
import type { Follower } from './followers.ts';

/** Makes executions findable by words. */
export const textIndex: Follower = { name: 'text', follow: indexTexts };

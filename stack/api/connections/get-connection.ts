import { getConnection as endpoint } from '@middle/contract/connections/get-connection.ts';
import { handler } from '../call.ts';
import { answerFor } from './answer.ts';

export const getConnection = handler(endpoint, async ({ deps, params }) =>
  answerFor(deps, params.connectionId),
);

import { getWebhookRequest as endpoint } from '@middle/contract/webhooks/get-webhook-request.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getRequest } from '@middle/store/webhooks/requests.ts';
import { handler } from '../call.ts';
import { requestAnswer } from './answer.ts';
import { readContent, shownContent } from './content.ts';

export const getWebhookRequest = handler(endpoint, async ({ deps, params }) => {
  const { connectionId, requestId } = params;
  const found = await getRequest(deps.database, connectionId, requestId);
  if (found === null) throw new MiddleError('not_found', `there is no request ${requestId}`);
  const { sealed, ...view } = found;
  const opened = await deps.keys.open(sealed, `webhook_request:${requestId}`);
  return { ...requestAnswer(view), ...shownContent(readContent(Buffer.from(opened).toString())) };
});

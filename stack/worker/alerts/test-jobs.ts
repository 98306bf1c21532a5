import { randomUUID } from 'node:crypto';
import { MiddleError } from '@middle/core/errors.ts';
import { htmlPage } from '@middle/core/alert/words.ts';
import { createTransport } from '@middle/functions/egress/hop.ts';
import { reachedChannel } from '@middle/store/alerts/messages.ts';
import type { MessageContent } from '@middle/store/alerts/messages.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import type { AlertDeps } from './deps.ts';
import { deliver, toldError } from './deliver.ts';
import { sendMail } from './mail.ts';

/** For startJobs: a test message at once, so that a person sees what the server or the receiver says. */
export function alertTestJobs(deps: AlertDeps): JobHandlers {
  return {
    mail_test: async (job) =>
      plainly(async () => {
        const to = job.input['to'];
        if (typeof to !== 'string')
          throw new MiddleError('request_invalid', 'it needs an address to send to');
        const refused = await sendMail(deps, {
          id: randomUUID(),
          to: [to],
          ...testContent(deps, 'mail server'),
        });
        return { to, refused };
      }),
    alert_channel_test: async (job) =>
      plainly(async () => {
        const channel = await reachedChannel(deps.database, job.subject);
        if (channel === null) throw new MiddleError('not_found', 'the channel was deleted');
        const transport = createTransport();
        try {
          const note = await deliver(
            { ...deps, transport },
            randomUUID(),
            channel,
            testContent(deps, `channel “${channel.name}”`),
          );
          return { note };
        } finally {
          transport.close();
        }
      }),
  };
}

/** A job keeps a message and no hint: the hint goes into the message. */
async function plainly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MiddleError) throw new MiddleError(error.code, toldError(error), { cause: error });
    throw error;
  }
}

function testContent({ clock }: AlertDeps, what: string): MessageContent {
  const subject = 'A test message of Middle';
  const text = `This is a test of the ${what}. Alerts will come the same way.`;
  return {
    subject,
    text: `${text}\n`,
    html: htmlPage([text]),
    payload: {
      id: null,
      at: clock.now().toISOString(),
      subject,
      test: true,
      alerts: [],
      more: 0,
      heldBackSince: null,
    },
  };
}

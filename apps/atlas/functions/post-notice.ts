import type { ActionContext } from '@middle/sdk';

interface NoticeInput {
  readonly subject: string;
  readonly text: string;
}

interface Notice {
  readonly id: string;
  readonly posted_at: string;
}

export default async function postNotice(ctx: ActionContext<NoticeInput>): Promise<object> {
  const { subject, text } = ctx.input;
  const response = await ctx.fetch('/notices', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': ctx.idempotencyKey },
    body: JSON.stringify({ subject, text }),
  });
  if (!response.ok)
    throw new Error(`The Atlas answered ${String(response.status)}: ${await response.text()}`);
  const notice: Notice = JSON.parse(await response.text());
  console.log(`Posted “${subject}”.`);
  return { id: notice.id, postedAt: notice.posted_at };
}

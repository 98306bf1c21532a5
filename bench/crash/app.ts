const ATTRIBUTES = `
      - { key: id, type: primary_id, title: Id }
      - { key: name, type: string, title: Name }
      - { key: revision, type: number, title: Revision }
      - { key: even, type: boolean, title: Even }`;

/** A sync's function: pages of records, resuming from the last stored cursor. */
const functionOf = (type: string, path: string): string => `export default async function sync(ctx) {
  let after = ctx.cursor ?? '';
  const window = ctx.input.since ? '&since=' + ctx.input.since + '&until=' + ctx.input.until : '';
  for (;;) {
    const response = await ctx.fetch('${path}?limit=500&after=' + after + window);
    const page = await response.json();
    for (const item of page.items) ctx.emit('${type}', item);
    if (page.last === null) return;
    after = page.last;
    await ctx.progress({ cursor: after });
  }
}
`;

/** An action's function: it leaves it to the source to tell a repeat from a new wish. */
const TELL = `export default async function tell(ctx) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': ctx.idempotencyKey };
  const response = await ctx.fetch('/effects', { method: 'POST', headers, body: JSON.stringify(ctx.input) });
  if (!response.ok) throw new Error('the source answered ' + response.status);
  return await response.json();
}
`;

/**
 * The app that the crash program pushes: a complete transfer that marks what vanished, a sync of recent records, and an
 * action that changes something at the source.
 */
export function crashApp(host: string): ReadonlyMap<string, Uint8Array> {
  const files = {
    'middle.app.yaml': `key: crash
name: Crash
version: '1.0.0'
egress:
  baseUrl: http://${host}
recordTypes:
  - key: item
    title: Item
    attributes:${ATTRIBUTES}
  - key: note
    title: Note
    attributes:${ATTRIBUTES}
syncs:
  - { key: items, recordType: item, kind: complete, function: items, markDeleted: true, stall: 5m }
  - { key: notes, recordType: note, kind: recent, function: notes, overlap: 2s, stall: 5m }
actions:
  - key: tell
    title: Tell
    function: tell
    timeout: 60s
    input:
      - { key: id, type: string, title: Id }
      - { key: revision, type: number, title: Revision }
    output:
      - { key: effect, type: string, title: Effect }
`,
    'functions/items.js': functionOf('item', '/items'),
    'functions/notes.js': functionOf('note', '/notes'),
    'functions/tell.js': TELL,
  };
  return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
}

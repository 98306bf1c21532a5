/** The app that the crash program pushes: pages of records, resuming from the last stored cursor. */
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
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: name, type: string, title: Name }
      - { key: revision, type: number, title: Revision }
      - { key: even, type: boolean, title: Even }
syncs:
  - { key: items, recordType: item, kind: complete, function: items, markDeleted: true, stall: 5m }
`,
    'functions/items.js': `export default async function items(ctx) {
  let after = ctx.cursor ?? '';
  for (;;) {
    const response = await ctx.fetch('/records?limit=500&after=' + after);
    const page = await response.json();
    for (const item of page.items) ctx.emit('item', item);
    if (page.last === null) return;
    after = page.last;
    await ctx.progress({ cursor: after });
  }
}
`,
  };
  return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
}

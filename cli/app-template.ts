import { MiddleError } from '@middle/core/errors.ts';
import { SCHEMA_LINE } from './editor-files.ts';

/** The files of a new app that passes its check and its test as it is. */
export function newPackage(folderName: string): ReadonlyMap<string, string> {
  const key = folderName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  if (key === '') {
    throw new MiddleError(
      'request_invalid',
      `No key for an app can be made of ${JSON.stringify(folderName)}.`,
      {
        hint: 'Name the folder with letters, such as shop or my-shop.',
      },
    );
  }
  const name = key
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  return new Map([
    ['middle.app.yaml', manifest(key, name)],
    ['functions/all-items.ts', ALL_ITEMS],
    ['functions/recent-items.ts', RECENT_ITEMS],
    ['packages/to-item.ts', TO_ITEM],
    ['tests/all-items.yaml', TEST],
  ]);
}

const manifest = (key: string, name: string): string => `${SCHEMA_LINE}key: ${key}
name: ${name}
version: '0.1.0'
notes: What this app connects to, and what it brings.

# The only hosts its functions may reach, and how often.
egress:
  baseUrl: https://api.example.com/v1
  hosts: [api.example.com]
  rate: { requests: 60, per: 1m }

# What a user fills in to connect. Functions never see protected values: the platform adds them to requests.
auth:
  - key: token
    name: API token
    kind: fields
    fields:
      - { key: token, title: API token, kind: protected }
    headers:
      authorization: Bearer {token}

recordTypes:
  - key: item
    title: Item
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: name, type: string, title: Name }
      - { key: price, type: number, title: Price }
      - { key: changedAt, type: iso_datetime, title: Changed at }

syncs:
  - { key: all-items, recordType: item, kind: complete, function: all-items, every: 1d, markDeleted: true }
  - { key: recent-items, recordType: item, kind: recent, function: recent-items, every: 15m, overlap: 5m }
`;

const ALL_ITEMS = `import type { SyncContext } from '@middle/sdk';
import { type SourceItem, toItem } from '../packages/to-item.ts';

/** A complete transfer: what it does not emit is marked as deleted. */
export default async function allItems(ctx: SyncContext) {
  for await (const page of ctx.pages<SourceItem>('/items')) {
    ctx.emitMany('item', page.items.map(toItem));
    await ctx.progress({ cursor: page.next });
  }
}
`;

const RECENT_ITEMS = `import type { RecentInput, SyncContext } from '@middle/sdk';
import { type SourceItem, toItem } from '../packages/to-item.ts';

/** What changed in a window of time. The platform chooses the window, with some overlap. */
export default async function recentItems(ctx: SyncContext<RecentInput>) {
  for await (const page of ctx.pages<SourceItem>(\`/items?changed_since=\${ctx.input.since}\`)) {
    ctx.emitMany('item', page.items.map(toItem));
    await ctx.progress({ cursor: page.next });
  }
}
`;

const TO_ITEM = `/** An item as the outside system sends it. */
export interface SourceItem {
  id: number;
  name?: string;
  price?: number;
  changed_at?: string;
}

/** The same as a record: every attribute must be there; null is a value. */
export function toItem(item: SourceItem) {
  return {
    id: String(item.id),
    name: item.name ?? null,
    price: item.price ?? null,
    changedAt: item.changed_at ?? null,
  };
}
`;

const TEST = `function: all-items
title: Two pages of items
calls:
  - request: GET /items
    json:
      items: [{ id: 1, name: Lamp, price: 29.5, changed_at: '2026-01-05T10:00:00Z' }]
      next: https://api.example.com/v1/items?page=2
  - request: GET /items?page=2
    json: { items: [{ id: 2, name: Chair }], next: null }
expect:
  records:
    item:
      - { id: '1', name: Lamp, price: 29.5, changedAt: '2026-01-05T10:00:00Z' }
      - { id: '2', name: Chair, price: null, changedAt: null }
`;

import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { writeZip } from '@middle/functions/package/zip.ts';
import type { TestServer } from './server.ts';

const MANIFEST = `key: shop
name: Shop
version: "VERSION"
egress:
  baseUrl: https://api.shop.example
  hosts: [api.shop.example]
auth:
  - key: token
    name: Token
    kind: fields
    fields:
      - { key: user, title: User }
      - { key: secret, title: Secret, kind: protected }
    headers: { Authorization: "Bearer {secret}" }
recordTypes:
  - key: customer
    title: Customer
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: name, type: string, title: Name }
      - { key: age, type: number, title: Age }
  - key: order
    title: Order
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: customer, type: foreign_key, title: Customer, references: customer }
      - { key: paid, type: boolean, title: Paid }
syncs:
  - { key: all-customers, recordType: customer, kind: complete, function: customers, every: 1h, markDeleted: true }
  - { key: new-customers, recordType: customer, kind: recent, function: customers, every: 5m, overlap: 1m, firstWindow: 1d }
  - { key: one-customer, recordType: customer, kind: lookup, function: customers }
  - { key: all-orders, recordType: order, kind: complete, function: customers }
`;

const FUNCTION = `export default async function customers(ctx) { ctx.log('hello'); }\n`;

/** A small app package with the given version; `change` makes other files of the same version. */
export function samplePackage(version = '1.0.0', change = '', key = 'shop'): Uint8Array<ArrayBuffer> {
  const files = new Map([
    ['middle.app.yaml', Buffer.from(MANIFEST.replace('VERSION', version).replace('shop', key))],
    ['functions/customers.js', Buffer.from(FUNCTION + change)],
  ]);
  return new Uint8Array(writeZip(files));
}

/** What other tests need to be there: an app that is on, an account and a connection with its syncs switched off. */
export async function withConnection(server: TestServer, key = 'demo') {
  const { client } = server;
  await client.pushApp({ body: samplePackage(), query: { on: 'true', approveHosts: 'true' } });
  const account = await client.createAccount({ body: { key, name: `Account ${key}` } });
  const connection = await client.createConnection({
    params: { accountId: account.id },
    body: {
      app: 'shop',
      name: 'Main',
      syncs: 'off',
      credentials: { fields: { user: 'ann', secret: 's3cret' } },
    },
  });
  const { items } = await client.listRecordSets({ params: { connectionId: connection.id } });
  const [customers, orders] = items;
  if (customers === undefined || orders === undefined) throw new Error('the sample has two record types');
  return { account, connection, customers, orders };
}

export interface StoredRecord {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly version?: number;
  readonly at?: Date;
  readonly deletedAt?: Date;
  readonly invocation?: string;
}

/** Puts records where the intake would, and into the search index. */
export async function store(
  server: TestServer,
  recordSet: number,
  records: readonly StoredRecord[],
): Promise<void> {
  for (const {
    id,
    data,
    version = 1,
    at = new Date(),
    deletedAt = null,
    invocation = randomUUID(),
  } of records) {
    await server.worker.query(sql`
      insert into middle.record (record_set_id, id, version, digest, data, origin_started_at, origin_sequence,
        invocation_id, created_at, updated_at, deleted_at)
      values (${recordSet}, ${id}, ${version}, '\\x00', ${JSON.stringify(data)}, ${at}, 1, ${invocation}, ${at}, ${at}, ${deletedAt})`);
  }
  await server.search.write(
    records
      .filter(({ deletedAt }) => deletedAt === undefined)
      .map(({ id, data, version = 1, at = new Date() }) => ({
        recordSet,
        id,
        version,
        updatedAt: at,
        data: JSON.stringify(data),
      })),
  );
}

/** An earlier state of a record. */
export async function storeVersion(
  server: TestServer,
  recordSet: number,
  id: string,
  state: {
    readonly version: number;
    readonly data: Readonly<Record<string, unknown>>;
    readonly from: Date;
    readonly to: Date;
    readonly invocation: string;
  },
): Promise<void> {
  await server.worker.query(sql`
    insert into middle.record_version (record_set_id, id, version, data, invocation_id, valid_from, replaced_at)
    values (${recordSet}, ${id}, ${state.version}, ${JSON.stringify(state.data)}, ${state.invocation}, ${state.from}, ${state.to})`);
}

/** A person with a session, and how they call. */
export async function personClient(
  server: TestServer,
  person: {
    readonly email: string;
    readonly role: 'owner' | 'developer' | 'developer_read_only' | 'member';
    readonly memberships?: { readonly accountId: string; readonly role: 'full' | 'read_only' }[];
  },
) {
  const { path } = await server.client.createInvitation({
    body: { email: person.email, role: person.role, memberships: person.memberships ?? [] },
  });
  const response = await fetch(`${server.baseUrl}/api/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: path.split('=')[1], name: person.email, password: PASSWORD }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  return browser(server, response);
}

export const PASSWORD = 'correct horse battery';

/** Calls as a browser would that got this answer: with its cookie, from the portal's own page. */
export function browser(server: TestServer, signedIn: Response) {
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const send: typeof fetch = (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', cookie);
    headers.set('origin', server.baseUrl);
    return fetch(input, { ...init, headers });
  };
  return { cookie, fetch: send };
}

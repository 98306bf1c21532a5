import sql, { empty } from 'sql-template-tag';
import type { AccountRole, StackRole } from '@middle/core/permissions.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

export interface Membership {
  readonly accountId: string;
  readonly role: AccountRole;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Null until the first owner has given one. */
  readonly email: string | null;
  readonly role: StackRole;
  readonly memberships: readonly Membership[];
  readonly hasPassword: boolean;
  readonly secondFactor: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
}

/** The sign-in library wants an address; one below .invalid (RFC 2606) stands for none. */
export const NO_EMAIL = 'owner@stack.invalid';

const COLUMNS = sql`p.id, p.name, nullif(p.email, ${NO_EMAIL}) as email, p.role, p."twoFactorEnabled" as "secondFactor",
  p."createdAt" as "createdAt",
  (select max(s."updatedAt") from auth.session s where s."userId" = p.id) as "lastSeenAt",
  exists (select from auth.account a where a."userId" = p.id and a.password is not null) as "hasPassword",
  coalesce((select jsonb_agg(jsonb_build_object('accountId', m.account_id, 'role', m.role) order by m.account_id)
    from auth.membership m where m.person_id = p.id), '[]') as memberships`;

export async function getPerson(db: Queryable, id: string): Promise<Person | null> {
  const { rows } = await db.query<Person>(sql`select ${COLUMNS} from auth."user" p where p.id = ${id}`);
  return rows[0] ?? null;
}

export async function getPersonByEmail(db: Queryable, email: string): Promise<Person | null> {
  const { rows } = await db.query<Person>(
    sql`select ${COLUMNS} from auth."user" p where p.email = ${email.toLowerCase()}`,
  );
  return rows[0] ?? null;
}

/** The owner who has been there longest. */
export async function getFirstOwner(db: Queryable): Promise<Person | null> {
  const { rows } = await db.query<Person>(
    sql`select ${COLUMNS} from auth."user" p where p.role = 'owner' order by p."createdAt", p.id limit 1`,
  );
  return rows[0] ?? null;
}

/** In the order in which they came. */
export async function listPeople(
  db: Queryable,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Person[]> {
  const { rows } = await db.query<Person>(sql`
    select ${COLUMNS} from auth."user" p ${page.after === undefined ? empty : sql`where p.id > ${page.after}`}
    order by p.id limit ${page.limit}`);
  return rows;
}

/** Locks the owners until the transaction ends, so that two changes at once can't remove the last one. */
export async function lockOwners(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    sql`select id from auth."user" where role = 'owner' order by id for update`,
  );
  return rows.map(({ id }) => id);
}

export async function setRoles(
  db: Queryable,
  id: string,
  roles: { readonly role: StackRole; readonly memberships: readonly Membership[] },
): Promise<void> {
  await db.query(sql`update auth."user" set role = ${roles.role}, "updatedAt" = now() where id = ${id}`);
  await db.query(sql`delete from auth.membership where person_id = ${id}`);
  await addMemberships(db, id, roles.memberships);
}

/** Accounts that are gone by now are left out. */
export async function addMemberships(
  db: Queryable,
  id: string,
  memberships: readonly Membership[],
): Promise<void> {
  await db.query(sql`
    insert into auth.membership (person_id, account_id, role)
    select ${id}, given."accountId", given.role
    from jsonb_to_recordset(${JSON.stringify(memberships)}::jsonb) as given("accountId" uuid, role text)
    join middle.account on account.id = given."accountId"`);
}

export async function updateProfile(
  db: Queryable,
  id: string,
  profile: { readonly name?: string | undefined; readonly email?: string | undefined },
): Promise<void> {
  await db.query(sql`
    update auth."user" set name = coalesce(${profile.name ?? null}, name),
      email = coalesce(${profile.email?.toLowerCase() ?? null}, email), "updatedAt" = now()
    where id = ${id}`);
}

export async function deletePerson(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from auth."user" where id = ${id}`);
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: StackRole;
  readonly memberships: readonly Membership[];
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const INVITATION = sql`id, email, role, memberships, invited_by as "invitedBy", created_at as "createdAt",
  expires_at as "expiresAt"`;

export async function listInvitations(db: Queryable): Promise<readonly Invitation[]> {
  const { rows } = await db.query<Invitation>(sql`
    select ${INVITATION} from auth.link where purpose = 'invitation' and expires_at > now() order by id desc`);
  return rows;
}

/** An invitation of the same address is replaced: the newest link counts. */
export async function addInvitation(
  db: Queryable,
  invitation: Pick<Invitation, 'email' | 'role' | 'memberships' | 'invitedBy' | 'expiresAt'>,
  tokenDigest: Uint8Array,
): Promise<Invitation> {
  const { rows } = await db.query<Invitation>(sql`
    insert into auth.link (purpose, token_digest, email, role, memberships, invited_by, expires_at)
    values ('invitation', ${tokenDigest}, ${invitation.email.toLowerCase()}, ${invitation.role},
      ${JSON.stringify(invitation.memberships)}, ${invitation.invitedBy}, ${invitation.expiresAt})
    on conflict (email) where purpose = 'invitation' do update set token_digest = excluded.token_digest,
      role = excluded.role, memberships = excluded.memberships, invited_by = excluded.invited_by,
      created_at = now(), expires_at = excluded.expires_at
    returning ${INVITATION}`);
  return only(rows);
}

export async function findInvitation(db: Queryable, tokenDigest: Uint8Array): Promise<Invitation | null> {
  const { rows } = await db.query<Invitation>(sql`
    select ${INVITATION} from auth.link
    where purpose = 'invitation' and token_digest = ${tokenDigest} and expires_at > now()`);
  return rows[0] ?? null;
}

/** Deleting is using: of two that redeem at once, one gets the row. */
export async function takeInvitation(db: Queryable, tokenDigest: Uint8Array): Promise<Invitation | null> {
  const { rows } = await db.query<Invitation>(sql`
    delete from auth.link where purpose = 'invitation' and token_digest = ${tokenDigest} and expires_at > now()
    returning ${INVITATION}`);
  return rows[0] ?? null;
}

export async function deleteInvitation(db: Queryable, id: string): Promise<Invitation | null> {
  const { rows } = await db.query<Invitation>(sql`
    delete from auth.link where purpose = 'invitation' and id = ${id} returning ${INVITATION}`);
  return rows[0] ?? null;
}

export async function addSignInLink(
  db: Queryable,
  link: { readonly personId: string; readonly tokenDigest: Uint8Array; readonly expiresAt: Date },
): Promise<void> {
  await db.query(sql`delete from auth.link where expires_at < now()`);
  await db.query(sql`
    insert into auth.link (purpose, token_digest, person_id, expires_at)
    values ('sign_in', ${link.tokenDigest}, ${link.personId}, ${link.expiresAt})`);
}

/** Returns the person's id and uses the link up. */
export async function takeSignInLink(db: Queryable, tokenDigest: Uint8Array): Promise<string | null> {
  const { rows } = await db.query<{ personId: string }>(sql`
    delete from auth.link where purpose = 'sign_in' and token_digest = ${tokenDigest} and expires_at > now()
    returning person_id as "personId"`);
  return rows[0]?.personId ?? null;
}

/** @returns the id of the new person */
export async function addPerson(
  db: Queryable,
  person: {
    readonly name: string;
    readonly email: string;
    readonly role: StackRole;
    readonly passwordHash: string | null;
  },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into auth."user" (name, email, role) values (${person.name}, ${person.email.toLowerCase()}, ${person.role})
    returning id`);
  const { id } = only(rows);
  if (person.passwordHash !== null) await setPasswordHash(db, id, person.passwordHash);
  return id;
}

export async function getPasswordHash(db: Queryable, personId: string): Promise<string | null> {
  const { rows } = await db.query<{ password: string }>(sql`
    select password from auth.account
    where "userId" = ${personId} and "providerId" = 'credential' and password is not null`);
  return rows[0]?.password ?? null;
}

/** The sign-in library looks for a password in an account of the provider `credential`. */
export async function setPasswordHash(db: Queryable, personId: string, hash: string): Promise<void> {
  await db.query(sql`delete from auth.account where "userId" = ${personId} and "providerId" = 'credential'`);
  await db.query(sql`
    insert into auth.account ("accountId", "providerId", "userId", password)
    values (${personId}, 'credential', ${personId}, ${hash})`);
}

export interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

export async function listSessions(
  db: Queryable,
  personId: string,
  currentToken: string | null,
): Promise<readonly Session[]> {
  const { rows } = await db.query<Session>(sql`
    select id, coalesce(token = ${currentToken}, false) as current, "createdAt", "expiresAt",
      nullif("ipAddress", '') as "ipAddress", nullif("userAgent", '') as "userAgent"
    from auth.session where "userId" = ${personId} and "expiresAt" > now() order by id desc limit 200`);
  return rows;
}

export async function endSession(db: Queryable, personId: string, sessionId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    sql`delete from auth.session where "userId" = ${personId} and id = ${sessionId}`,
  );
  return rowCount === 1;
}

export async function endOtherSessions(
  db: Queryable,
  personId: string,
  currentToken: string | null,
): Promise<void> {
  await db.query(sql`
    delete from auth.session where "userId" = ${personId} and token is distinct from ${currentToken}`);
}

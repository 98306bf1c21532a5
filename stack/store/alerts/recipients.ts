import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';
import { NO_EMAIL } from '../people.ts';

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** People who may see the account, or the owners, who have an address; by name. */
export async function listRecipients(db: Queryable, accountId: string | null): Promise<readonly Recipient[]> {
  const { rows } = await db.query<Recipient>(sql`
    select p.id, p.name, p.email from auth."user" p
    where p.email <> ${NO_EMAIL} and (p.role = 'owner' or exists (
      select from auth.membership m where m.person_id = p.id and m.account_id = ${accountId}::uuid))
    order by p.name, p.id limit 1000`);
  return rows;
}

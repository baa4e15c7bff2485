import { sql } from 'kysely';
import type { HistoryDatabase } from './connect-database.ts';

/** Lets an existing role read everything here, also what later migrations add, and change nothing. Idempotent. */
export async function grantReadOnly(db: HistoryDatabase, role: string): Promise<void> {
  const name = sql.id(role);
  await db.transaction().execute(async (tx) => {
    await sql`revoke all on all tables in schema holdfast from ${name}`.execute(tx);
    await sql`grant usage on schema holdfast to ${name}`.execute(tx);
    await sql`grant select on all tables in schema holdfast to ${name}`.execute(tx);
    await sql`alter default privileges in schema holdfast grant select on tables to ${name}`.execute(tx);
  });
}

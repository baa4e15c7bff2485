import { sql } from 'kysely';
import type { HistoryTransaction } from './connect-database.ts';

/** Runs `work`; when it throws, what it did is taken back, the transaction goes on, and the error is thrown. */
export async function behindSavepoint<T>(tx: HistoryTransaction, work: () => Promise<T>): Promise<T> {
  await sql`savepoint behind`.execute(tx);
  try {
    const result = await work();
    await sql`release savepoint behind`.execute(tx);
    return result;
  } catch (error) {
    await sql`rollback to savepoint behind`.execute(tx);
    throw error;
  }
}

/** Classes 22 (data exception), 23 (constraint) and 54 (limits): the value is to blame, and will be tomorrow. */
export function isValueRefused(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined; // pg's errors carry one
  return typeof code === 'string' && /^(?:22|23|54)[0-9A-Z]{3}$/.test(code);
}

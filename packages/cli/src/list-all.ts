import type { OperationOutput } from '@holdfast/contracts';
import type { Client } from '@holdfast/client';

/** As many as the server gives at once. */
const PAGE = 10_000;

type Query = Omit<NonNullable<Parameters<Client['listBackups']>[0]>, 'limit' | 'cursor'>;

/** The backups of all pages, at most `limit` of them [all]. */
export async function listAll(
  client: Pick<Client, 'listBackups'>,
  query: Query = {},
  limit = Number.POSITIVE_INFINITY,
): Promise<OperationOutput<'listBackups'>> {
  const { nextCursor, ...found } = await client.listBackups({ ...query, limit: Math.min(PAGE, limit) });
  const backups = [...found.backups];
  for (let cursor = nextCursor; cursor !== undefined && backups.length < limit;) {
    const left = Math.min(PAGE, limit - backups.length);
    const page = await client.listBackups({ ...query, cursor, limit: left });
    backups.push(...page.backups);
    cursor = page.nextCursor;
  }
  return { ...found, backups };
}

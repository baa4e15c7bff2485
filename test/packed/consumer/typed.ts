// TypeScript as somebody else writes it: checked against the declarations that are in the packages alone.
import { createClient, type Client } from '@holdfast/client';
import type { Backup, ErrorCode, Run } from '@holdfast/contracts';
import { eventSchemas, type EventData } from '@holdfast/contracts/events';

export async function newestOf(client: Client, database: string): Promise<Backup | undefined> {
  const { backups } = await client.listBackups({ database, limit: 1 });
  return backups[0];
}

export function bytesOf(data: unknown): number {
  const { backup }: EventData<'backup.completed'> = eventSchemas['backup.completed'].parse(data);
  return backup.sizeBytes;
}

export const hasFailed = (run: Run, code: ErrorCode): boolean => run.error?.code === code;

export async function mistakes(client: Client): Promise<void> {
  // @ts-expect-error -- there is no such type
  await client.createBackup({ type: 'huge' });
  // @ts-expect-error -- a backup must be named
  await client.getBackup();
  // @ts-expect-error -- there is no such operation
  await client.formatDisk();
}

const client = createClient({
  url: 'http://gateway:8484',
  fetch: async () => Response.json({ backups: [], problems: [], total: 0, historyAvailable: true }),
});
const newest: Backup | undefined = await newestOf(client, 'app');
// oxlint-disable-next-line no-console -- a project without the types of Node has nothing else to write with
console.log(newest?.filename ?? 'none');

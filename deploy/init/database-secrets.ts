import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { secretIn, writeSecret } from './secret-file.ts';

/**
 * Passwords of the deployment's own PostgreSQL servers, and the addresses that those who use them are told, each in the
 * folder of who needs it. What is there stays.
 */
export async function writeDatabaseSecrets(dir: string): Promise<void> {
  const folder = async (name: string): Promise<string> => {
    await mkdir(join(dir, name), { recursive: true, mode: 0o700 });
    return join(dir, name);
  };
  const server = await folder('postgres');
  await secretIn(join(server, 'password'));
  const owner = await secretIn(join(server, 'history-password'));
  const reader = await secretIn(join(server, 'reader-password'));
  await writeSecret(
    join(await folder('history'), 'history-url'),
    `postgres://history:${owner}@postgres:5432/history`,
  );
  await writeSecret(
    join(await folder('api-gateway'), 'history-url'),
    `postgres://history_reader:${reader}@postgres:5432/history`,
  );
  // A scratch server for drills: nothing of value on it, and nobody else's password.
  const drill = await secretIn(join(await folder('drill'), 'password'));
  await writeSecret(
    join(await folder('validator'), 'drill-url'),
    `postgres://scratch_superuser:${drill}@drill:5432/postgres`,
  );
  await secretIn(join(await folder('sample'), 'password'));
  await secretIn(join(await folder('grafana'), 'password'));
}

/**
 * Runs a migration only when a backup was made just before it and read to its end. Exit code: the migration's own, or 1 when there
 * is no backup. DEPLOYMENT names what is deployed: started again for the same one within a day, it makes no second backup.
 *
 *   HOLDFAST_URL=http://127.0.0.1:8484 HOLDFAST_TOKEN=hf_… node examples/03-backup-before-a-migration.ts app npm run migrate
 */
import { spawnSync } from 'node:child_process';
import { createClient } from '@holdfast/client';
import { failureOf, HoldfastError, type Run } from '@holdfast/contracts';

const client = createClient({
  url: process.env['HOLDFAST_URL'] ?? 'http://127.0.0.1:8484',
  token: process.env['HOLDFAST_TOKEN'],
});
const deployment = process.env['DEPLOYMENT'];

async function completed(run: string): Promise<Run> {
  const over = await client.watchRun(run);
  if (over.state === 'completed') return over;
  throw new HoldfastError(
    over.error?.code ?? 'cancelled',
    over.error?.message ?? `The run ${run} was cancelled.`,
  );
}

/** Answers the file name of a backup that can be read. */
async function backUp(database: string, reason: string): Promise<string> {
  const { id } = await client.createBackup(
    // Validated below, where it is waited for.
    { database, trigger: 'migration', description: reason, validate: 'none' },
    deployment === undefined ? {} : { idempotencyKey: `${deployment}:${database}` },
  );
  const { backup } = await completed(id);
  if (!backup) throw new HoldfastError('internal', `The run ${id} completed without a backup.`);
  const asked = await client.createValidation({ filename: backup.filename, level: 'structure' });
  const { validation } = await completed(asked.id);
  if (validation?.verdict === 'valid' || validation?.verdict === 'proven') return backup.filename;
  throw new HoldfastError('invalid_backup', `${backup.filename} is ${validation?.verdict ?? 'not judged'}.`);
}

const [database = 'app', command = 'true', ...rest] = process.argv.slice(2);
try {
  const filename = await backUp(database, `before ${[command, ...rest].join(' ')}`);
  process.stderr.write(`${database} is in ${filename}\n`);
  const { status } = spawnSync(command, rest, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  const { code, message } = failureOf(error);
  process.stderr.write(`No backup, so no migration. ${code}: ${message}\n`);
  process.exitCode = 1;
}

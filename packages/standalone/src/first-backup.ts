import type { Client } from '@holdfast/client';
import { HoldfastError } from '@holdfast/contracts';
import { validationRunId } from '@holdfast/runs';
import type { Home } from './home.ts';
import { SAMPLE_DATABASE } from './sample-database.ts';
import type { Story } from './story.ts';

/** The whole promise once, on the sample: a backup, then its restore into a scratch server, compared. */
export async function tellFirstBackup(
  client: Client,
  home: Home,
  story: Story,
  signal: AbortSignal,
): Promise<void> {
  const { total } = await client.listBackups({ database: SAMPLE_DATABASE, limit: 1 });
  if (total > 0) return;
  const asked = await client.createBackup(
    { database: SAMPLE_DATABASE, description: 'first backup', validate: 'restore' },
    { idempotencyKey: `first-backup-${home.dir}` },
  );
  const run = await client.watchRun(asked.id, { signal });
  if (!run.backup)
    throw new HoldfastError(
      run.error?.code ?? 'internal',
      `The first backup ${run.state}: ${run.error?.message ?? 'no reason was given'}`,
    );
  const { filename, rawBytes, sizeBytes, durationMs } = run.backup;
  story.step(
    `first backup: ${megabytes(rawBytes)} in ${seconds(durationMs)}, stored as ${megabytes(sizeBytes)}`,
  );
  story.note(filename);
  await tellDrill(client, validationRunId(run.id), story, signal);
}

async function tellDrill(client: Client, id: string, story: Story, signal: AbortSignal): Promise<void> {
  const { validation, error, state } = await client.watchRun(id, { signal });
  if (!validation)
    throw new HoldfastError(
      error?.code ?? 'internal',
      `The restore drill ${state}: ${error?.message ?? 'no reason was given'}`,
    );
  const failed = validation.findings.filter((finding) => finding.outcome === 'failed');
  if (validation.verdict !== 'proven') {
    throw new HoldfastError(
      'fingerprint_mismatch',
      `The restore drill says "${validation.verdict}": ${failed.map((each) => `${each.check}: ${each.detail}`).join('; ')}`,
    );
  }
  story.step(`proven: restored into a scratch server and compared, in ${seconds(validation.durationMs)}`);
  for (const finding of validation.findings) story.note(`${finding.check}: ${finding.detail}`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

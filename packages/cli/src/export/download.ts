import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@holdfast/client';
import { failureOf, HoldfastError, type Backup } from '@holdfast/contracts';
import { CliError } from '../cli-error.ts';
import type { Sink } from './file-sink.ts';

export type DownloadOptions = {
  readonly signal: AbortSignal;
  readonly onBytes: (position: number) => void;
  /** Connections in a row that brought nothing before this gives up [5]. */
  readonly attempts?: number;
  /** Pause before connecting again, doubled each time [500 ms]. */
  readonly waitMs?: number;
};

/**
 * Copies a backup's bytes into `sink` from where it stands, connecting again by Range when the connection breaks, and
 * compares the hash. Throws archive_corrupt when what came is not what the manifest says.
 */
export async function download(
  client: Pick<Client, 'downloadBackup'>,
  backup: Backup,
  sink: Sink,
  { signal, onBytes, attempts = 5, waitMs = 500 }: DownloadOptions,
): Promise<void> {
  let inVain = 0;
  while (sink.position < backup.sizeBytes) {
    const before = sink.position;
    try {
      await copyOnce(client, backup, sink, signal, onBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error)) throw error;
      inVain = sink.position > before ? 0 : inVain + 1;
      if (inVain >= attempts) throw error;
      await delay(waitMs * 2 ** inVain, undefined, { signal });
    }
  }
  const sha256 = sink.digest();
  if (sink.position === backup.sizeBytes && sha256 === backup.sha256) return sink.keep();
  await sink.discard();
  throw new CliError(
    `What came of ${backup.filename} has another sha256 (${sha256.slice(0, 12)}…) than its manifest (${backup.sha256.slice(0, 12)}…)`,
    { code: 'archive_corrupt', next: `backup-admin validate --file ${backup.filename} --level checksum` },
  );
}

async function copyOnce(
  client: Pick<Client, 'downloadBackup'>,
  backup: Backup,
  sink: Sink,
  signal: AbortSignal,
  onBytes: (position: number) => void,
): Promise<void> {
  const headers = { range: `bytes=${sink.position}-`, 'if-range': `"${backup.sha256}"` };
  const response = await client.downloadBackup({ filename: backup.filename }, { signal, headers });
  if (response.status !== 206 && sink.position > 0) {
    await response.body?.cancel();
    throw new HoldfastError(
      'archive_corrupt',
      `${backup.filename} was exchanged on the server while it was copied; remove the .part file and begin again.`,
    );
  }
  try {
    for await (const bytes of response.body ?? []) {
      await sink.write(bytes);
      onBytes(sink.position);
    }
  } catch (error) {
    if (error instanceof CliError || signal.aborted) throw error;
    throw broken(backup, error);
  }
  if (sink.position < backup.sizeBytes) throw broken(backup, undefined);
}

const broken = (backup: Backup, cause: unknown): HoldfastError =>
  new HoldfastError('gateway_unreachable', `The connection broke while ${backup.filename} was copied.`, {
    cause,
  });

const mayPass = (error: unknown): boolean => failureOf(error).code === 'gateway_unreachable';

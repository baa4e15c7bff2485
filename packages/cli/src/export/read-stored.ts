import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@holdfast/client';
import { failureOf, HoldfastError, type Backup } from '@holdfast/contracts';
import { bytesOf } from './bytes-of.ts';

export type ReadStoredOptions = {
  readonly signal: AbortSignal;
  /** Connections in a row that brought nothing before this gives up [5]. */
  readonly attempts?: number;
  /** Pause before connecting again, doubled each time [500 ms]. */
  readonly waitMs?: number;
};

type Downloads = Pick<Client, 'downloadBackup'>;

/**
 * The stored bytes of a backup from `start` on, connecting again by Range when the connection breaks. Throws
 * archive_corrupt when another file has the name meanwhile.
 */
export async function* readStored(
  client: Downloads,
  backup: Backup,
  start: number,
  { signal, attempts = 5, waitMs = 500 }: ReadStoredOptions,
): AsyncGenerator<Uint8Array> {
  let position = start;
  let inVain = 0;
  while (position < backup.sizeBytes) {
    const before = position;
    try {
      for await (const bytes of readOnce(client, backup, position, signal)) {
        position += bytes.length;
        yield bytes;
      }
      if (position < backup.sizeBytes) throw broken(backup);
    } catch (error) {
      signal.throwIfAborted();
      if (failureOf(error).code !== 'gateway_unreachable') throw error;
      inVain = position > before ? 0 : inVain + 1;
      if (inVain >= attempts) throw error;
      await delay(waitMs * 2 ** inVain, undefined, { signal });
    }
  }
}

async function* readOnce(
  client: Downloads,
  backup: Backup,
  position: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers = { range: `bytes=${position}-`, 'if-range': `"${backup.sha256}"` };
  const response = await client.downloadBackup({ filename: backup.filename }, { signal, headers });
  if (response.status !== 206 && position > 0) {
    await response.body?.cancel();
    throw new HoldfastError(
      'archive_corrupt',
      `${backup.filename} was exchanged on the server while it was copied; remove the .part file and begin again.`,
    );
  }
  yield* bytesOf(response, signal, (cause) => broken(backup, cause));
}

const broken = (backup: Backup, cause?: unknown): HoldfastError =>
  new HoldfastError('gateway_unreachable', `The connection broke while ${backup.filename} was copied.`, {
    cause,
  });

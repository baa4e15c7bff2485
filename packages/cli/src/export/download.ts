import type { Client } from '@holdfast/client';
import type { Backup } from '@holdfast/contracts';
import { notWhatWasStored } from './checked-copy.ts';
import type { Sink } from './file-sink.ts';
import { readStored, type ReadStoredOptions } from './read-stored.ts';

export type DownloadOptions = ReadStoredOptions & { readonly onBytes: (position: number) => void };

/**
 * Copies a backup's bytes into `sink` from where it stands, connecting again by Range when the connection breaks, and
 * compares the hash. Throws archive_corrupt when what came is not what the manifest says.
 */
export async function download(
  client: Pick<Client, 'downloadBackup'>,
  backup: Backup,
  sink: Sink,
  { onBytes, ...options }: DownloadOptions,
): Promise<string> {
  for await (const bytes of readStored(client, backup, sink.position, options)) {
    await sink.write(bytes);
    onBytes(sink.position);
  }
  const sha256 = sink.digest();
  if (sink.position !== backup.sizeBytes || sha256 !== backup.sha256) {
    await sink.discard();
    throw notWhatWasStored(backup, sha256);
  }
  await sink.keep();
  return sha256;
}

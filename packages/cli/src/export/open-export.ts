import type { Client } from '@holdfast/client';
import { HoldfastError, type Backup } from '@holdfast/contracts';
import { checkedArchive, encryptAge } from '@holdfast/engine';
import { bytesOf } from './bytes-of.ts';
import { checkedCopy } from './checked-copy.ts';
import { nameOf } from './name-of.ts';
import { readStored } from './read-stored.ts';

/** What is to be written: the name it has, and its bytes, checked on the way. */
export type OpenedExport = {
  readonly filename: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** When `bytes` are not wanted after all. */
  cancel(): Promise<void>;
};

export type OpenOptions = {
  readonly signal: AbortSignal;
  /** How far it is, of the bytes of the dump or, of a stored file, of its own. */
  readonly onBytes: (position: number) => void;
};

/** The backup as a file that needs nothing else, which the other side makes while it sends it. */
export async function openStandalone(
  client: Pick<Client, 'exportBackup'>,
  backup: Backup,
  { signal, onBytes }: OpenOptions,
): Promise<OpenedExport> {
  const response = await client.exportBackup({ filename: backup.filename }, { signal });
  const bytes = bytesOf(response, signal, (cause) => brokenOff(backup, cause));
  return {
    filename: nameOf(response) ?? `${backup.name}.dump.zst`,
    bytes: checkedArchive(bytes, backup, { onRawBytes: onBytes }),
    cancel: async () => response.body?.cancel(),
  };
}

/** The stored file, whole. */
export const openStored = (
  client: Pick<Client, 'downloadBackup'>,
  backup: Backup,
  { signal, onBytes }: OpenOptions,
): OpenedExport => ({
  filename: backup.filename,
  bytes: checkedCopy(readStored(client, backup, 0, { signal }), backup, onBytes),
  cancel: () => Promise.resolve(), // nothing was asked for yet
});

export const encryptedTo = (
  { filename, bytes, cancel }: OpenedExport,
  recipients: readonly string[],
): OpenedExport => ({ filename: `${filename}.age`, bytes: encryptAge(bytes, recipients), cancel });

const brokenOff = ({ filename }: Backup, cause: unknown): HoldfastError =>
  new HoldfastError(
    'gateway_unreachable',
    `The server broke off while it sent ${filename}: it failed, and its log says why, or the connection did; call it again.`,
    { cause },
  );

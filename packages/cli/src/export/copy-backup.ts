import { isStandalone, type Backup } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import type { Connection } from '../connection.ts';
import { openDestination, type Destination } from './destination.ts';
import { download } from './download.ts';
import type { OpenedExport } from './open-export.ts';
import { whileCopying, type Copying } from './while-copying.ts';

export type Wanted = Destination & {
  /** The stored file, whatever it is. */
  readonly asIs: boolean;
  /** Public keys; none: not encrypted. */
  readonly recipients: readonly string[];
};

/** What was written. */
export type Copied = {
  readonly path: string;
  /** What it was exported as, wherever it went. */
  readonly filename: string;
  readonly content: 'stored' | 'standalone';
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Bytes that were there from an earlier call. */
  readonly resumedAtBytes: number;
};

type Client = Connection['client'];

/** Writes a backup where it is wanted and checks it on the way. What can be gone on with is. */
export function copyBackup(cli: Cli, client: Client, backup: Backup, wanted: Wanted): Promise<Copied> {
  const content = wanted.asIs || isStandalone(backup) ? 'stored' : 'standalone';
  const isCopy = content === 'stored' && wanted.recipients.length === 0;
  const next = `call it again: it ${isCopy ? 'goes on where it stopped' : 'begins anew'}`;
  const sizeBytes = content === 'stored' ? backup.sizeBytes : backup.rawBytes;
  return whileCopying(cli, { sizeBytes, next }, (copying) =>
    isCopy
      ? copyStored(cli, client, backup, wanted, copying)
      : copyMade(cli, client, backup, { ...wanted, content }, copying),
  );
}

async function copyStored(
  cli: Cli,
  client: Client,
  backup: Backup,
  wanted: Destination,
  copying: Copying,
): Promise<Copied> {
  const { filename, sizeBytes } = backup;
  const { path, sink } = await openDestination(cli, wanted, filename, backup);
  const resumedAtBytes = sink.position;
  copying.onBytes(resumedAtBytes);
  try {
    const sha256 = await download(client, backup, sink, copying);
    return { path, filename, content: 'stored', sizeBytes, sha256, resumedAtBytes };
  } finally {
    await sink.close();
  }
}

async function copyMade(
  cli: Cli,
  client: Client,
  backup: Backup,
  { recipients, ...wanted }: Wanted & Pick<Copied, 'content'>,
  copying: Copying,
): Promise<Copied> {
  copying.onBytes(0);
  const { encryptedTo, openStandalone, openStored } = await import('./open-export.ts');
  const plain =
    wanted.content === 'stored'
      ? openStored(client, backup, copying)
      : await openStandalone(client, backup, copying);
  const made = recipients.length > 0 ? encryptedTo(plain, recipients) : plain;
  return { ...(await write(cli, made, wanted)), content: wanted.content, resumedAtBytes: 0 };
}

async function write(
  cli: Cli,
  { filename, bytes, cancel }: OpenedExport,
  wanted: Destination,
): Promise<Omit<Copied, 'content' | 'resumedAtBytes'>> {
  const { path, sink } = await openDestination(cli, wanted, filename).catch(async (error: unknown) => {
    await cancel();
    throw error;
  });
  try {
    for await (const piece of bytes) await sink.write(piece);
    const sha256 = sink.digest();
    await sink.keep();
    return { path, filename, sizeBytes: sink.position, sha256 };
  } finally {
    await sink.close();
  }
}

import { createHash } from 'node:crypto';
import type { Client } from '@holdfast/client';
import { HoldfastError, type Foreign } from '@holdfast/contracts';
import { encryptAge } from '@holdfast/engine';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { bytesOf } from './bytes-of.ts';
import type { Copied, Wanted } from './copy-backup.ts';
import { openDestination } from './destination.ts';
import { whileCopying, type Copying } from './while-copying.ts';

type Downloads = Pick<Client, 'downloadBackup'>;

/** Writes a file without a manifest where it is wanted, as it is stored, or encrypted. */
export function copyForeign(cli: Cli, client: Downloads, file: Foreign, wanted: Wanted): Promise<Copied> {
  const next = 'call it again: it begins anew';
  return whileCopying(cli, { sizeBytes: file.sizeBytes, next }, async (copying) => {
    const stored = readChecked(client, file, copying);
    const isEncrypted = wanted.recipients.length > 0;
    const filename = isEncrypted ? `${file.filename}.age` : file.filename;
    const { path, sink } = await openDestination(cli, wanted, filename);
    try {
      const bytes = isEncrypted ? encryptAge(stored, wanted.recipients) : stored;
      for await (const piece of bytes) await sink.write(piece);
      const sha256 = sink.digest();
      await sink.keep();
      return { path, filename, content: 'stored', sizeBytes: sink.position, sha256, resumedAtBytes: 0 };
    } finally {
      await sink.close();
    }
  });
}

/** Compares what is known of it: its length, and its hash when it was uploaded. Throws archive_truncated, archive_corrupt. */
async function* readChecked(
  client: Downloads,
  { filename, sizeBytes, sha256 }: Foreign,
  { signal, onBytes }: Copying,
): AsyncGenerator<Uint8Array> {
  const response = await client.downloadBackup({ filename }, { signal });
  const hash = createHash('sha256');
  let position = 0;
  onBytes(position);
  for await (const bytes of bytesOf(response, signal, (cause) => broken(filename, cause))) {
    hash.update(bytes);
    position += bytes.length;
    onBytes(position);
    yield bytes;
  }
  const isSame = sha256 === undefined || hash.digest('hex') === sha256;
  if (position === sizeBytes && isSame) return;
  throw new CliError(`What came of ${filename} is not what is stored (${position} of ${sizeBytes} bytes)`, {
    code: position < sizeBytes ? 'archive_truncated' : 'archive_corrupt',
    next: `backup-admin validate --file ${filename} --level checksum`,
  });
}

const broken = (filename: string, cause: unknown): HoldfastError =>
  new HoldfastError('gateway_unreachable', `The connection broke while ${filename} was copied.`, { cause });

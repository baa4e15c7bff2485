import { createHash } from 'node:crypto';
import type { Backup } from '@holdfast/contracts';
import { CliError } from '../cli-error.ts';

type Stored = Pick<Backup, 'filename' | 'sizeBytes' | 'sha256'>;

/** Passes stored bytes on, the last of them only when all are those of the manifest. Throws archive_corrupt. */
export async function* checkedCopy(
  source: AsyncIterable<Uint8Array>,
  backup: Stored,
  onBytes: (position: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let position = 0;
  let held: Uint8Array | undefined;
  for await (const bytes of source) {
    if (held) yield held;
    held = bytes;
    hash.update(bytes);
    position += bytes.length;
    onBytes(position);
  }
  const sha256 = hash.digest('hex');
  if (position !== backup.sizeBytes || sha256 !== backup.sha256) throw notWhatWasStored(backup, sha256);
  if (held) yield held;
}

export const notWhatWasStored = ({ filename, sha256: expected }: Stored, sha256: string): CliError =>
  new CliError(
    `What came of ${filename} has another sha256 (${sha256.slice(0, 12)}…) than its manifest (${expected.slice(0, 12)}…)`,
    { code: 'archive_corrupt', next: `backup-admin validate --file ${filename} --level checksum` },
  );

import { unpackArchive } from '@holdfast/archive';
import { HoldfastError, type BackupSummary } from '@holdfast/contracts';

export type CheckedArchiveOptions = {
  /** Bytes of the dump so far. */
  readonly onRawBytes?: (rawBytes: number) => void;
};

/**
 * Passes an exported archive on and decodes it on the way; the last piece is given only when the archive is whole and the
 * one of this backup. Throws archive_truncated or archive_corrupt; the source's own error wins.
 */
export async function* checkedArchive(
  source: AsyncIterable<Uint8Array>,
  backup: Pick<BackupSummary, 'filename' | 'run' | 'rawBytes'>,
  { onRawBytes }: CheckedArchiveOptions = {},
): AsyncGenerator<Uint8Array> {
  const passed: Uint8Array[] = [];
  const archive = unpackArchive(remembered(source, passed), { codec: 'zstd' });
  let rawBytes = 0;
  for await (const raw of archive.bytes) {
    rawBytes += raw.length;
    onRawBytes?.(rawBytes);
    yield* passed.splice(0, passed.length - 1);
  }
  const { archiveId } = await archive.header;
  if (archiveId !== backup.run || rawBytes !== backup.rawBytes)
    throw new HoldfastError(
      'archive_corrupt',
      `What came as ${backup.filename} is another archive (${archiveId ?? 'without an id'}, ${rawBytes} bytes); export it again.`,
    );
  yield* passed;
}

async function* remembered(
  source: AsyncIterable<Uint8Array>,
  pieces: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    pieces.push(piece);
    yield piece;
  }
}

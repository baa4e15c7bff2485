import type { ArchiveHeader, ArchiveTotals, ChunkPlace } from '../archive.ts';
import { openIndex, type ReadLength } from '../chain/open-index.ts';
import type { ReadRange } from '../chain/range-cache.ts';

export type { ReadRange };

export type Inspected = {
  readonly header: ArchiveHeader;
  /** Without `sha256`: no file can hold its own. */
  readonly totals: Omit<ArchiveTotals, 'sha256'>;
  /** Where the chunks in this file are, in order, read from the index; ends normally only when the index is the one written. */
  chunks(): AsyncIterable<ChunkPlace>;
};

/**
 * What an archive says of itself: its two ends alone are read, whatever its size. A cut file is seen, a changed chunk
 * is not. Throws ArchiveError; a file without compression has nothing to inspect (archive_foreign).
 */
export async function inspectArchive(readRange: ReadRange, sizeBytes: number): Promise<Inspected> {
  const read: ReadLength = async (start, length) => {
    const { buffer, byteOffset, byteLength } = await readRange(start, Math.min(start + length, sizeBytes));
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  const index = await openIndex(read, sizeBytes);
  const { rawBytes, rawSha256, chunks } = index.footer;
  const { version, archiveId } = index.header;
  return {
    header: { codec: index.framing.codec, version, archiveId },
    totals: { rawBytes, storedBytes: sizeBytes, rawSha256, chunks },
    chunks: async function* () {
      for await (const { head, entries } of index.readAll()) {
        let { rawStart, storedStart } = head;
        for (const entry of entries) {
          if (entry.kind !== 'range') {
            const { rawBytes: length, storedBytes } = entry;
            const sha256 = Buffer.from(entry.sha256).toString('hex');
            yield { rawStart, rawBytes: length, storedStart, storedBytes, sha256 };
            storedStart += storedBytes;
          }
          rawStart += entry.rawBytes;
        }
      }
    },
  };
}

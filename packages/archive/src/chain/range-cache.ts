/** Reads bytes of a file: all that are asked for, none more. */
export type ReadRange = (start: number, endExclusive: number) => Promise<Uint8Array>;

/** One request for a few chunks of text, and few bytes in vain where only one of them is wanted. */
const BLOCK_BYTES = 512 * 1024;

/** Blocks of several files, the least recently used dropped first. Memory: `blocks` times 512 KiB. */
export type RangeCache = {
  /** Reads through the cache. `sizeBytes`: of the file, which nothing is read beyond. */
  over(readRange: ReadRange, sizeBytes: number): (start: number, endExclusive: number) => Promise<Buffer>;
};

export function createRangeCache(blocks: number): RangeCache {
  const kept = new Map<string, Promise<Buffer>>();
  let files = 0;
  return {
    over: (readRange, sizeBytes) => {
      files += 1;
      const file = files;
      const blockAt = (index: number): Promise<Buffer> => {
        const key = `${file}:${index}`;
        const found = kept.get(key);
        const block = found ?? readBlock(readRange, index * BLOCK_BYTES, sizeBytes);
        kept.delete(key); // and in again: the order of a Map is that of its insertions
        kept.set(key, block);
        if (!found) {
          block.catch(() => kept.delete(key)); // another try may go better
          const [oldest] = kept.keys();
          if (kept.size > blocks && oldest !== undefined) kept.delete(oldest);
        }
        return block;
      };
      return async (start, endExclusive) => {
        const end = Math.min(endExclusive, sizeBytes);
        const first = Math.floor(start / BLOCK_BYTES);
        const last = Math.max(first, Math.ceil(end / BLOCK_BYTES) - 1);
        const parts = await Promise.all(
          Array.from({ length: last - first + 1 }, (_, index) => blockAt(first + index)),
        );
        const wanted = parts.map((part, index) => {
          const at = (first + index) * BLOCK_BYTES;
          return part.subarray(Math.max(0, start - at), Math.max(0, end - at));
        });
        const [only] = wanted;
        return only && wanted.length === 1 ? only : Buffer.concat(wanted);
      };
    },
  };
}

async function readBlock(readRange: ReadRange, start: number, sizeBytes: number): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = await readRange(start, Math.min(start + BLOCK_BYTES, sizeBytes));
  return Buffer.from(buffer, byteOffset, byteLength);
}

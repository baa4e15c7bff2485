import type { PulledBytes } from '../bytes/pulled-bytes.ts';
import { endsTooEarly, notADump } from './parsing.ts';
import type { Toc } from './toc.ts';

const TABLE_DATA = 1;
const LARGE_OBJECTS = 3;
const INT_BYTES = 5;

/**
 * Reads the data blocks behind the table of contents of a custom-format dump, to its end; answers the bytes of data by
 * dump id. Throws invalid_backup, or archive_truncated when a block ends early or one that is listed is not there.
 */
export async function readDataSizes(toc: Toc, bytes: PulledBytes): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>();
  for (let type = await bytes.take(1); type.length > 0; type = await bytes.take(1)) {
    const dumpId = await readInt(bytes);
    if (type[0] === TABLE_DATA) sizes.set(dumpId, await passChunks(bytes));
    else if (type[0] === LARGE_OBJECTS) sizes.set(dumpId, await passLargeObjects(bytes));
    else throw notADump(`a data block of type ${type[0]}`);
  }
  if (toc.entries.some(({ dumpId, hasData }) => hasData && !sizes.has(dumpId))) throw endsTooEarly();
  return sizes;
}

/**
 * A block's data comes in chunks, each with its length before it; 0 ends them. Uncompressed, a chunk is a row: what is
 * at hand is passed over without waiting.
 */
async function passChunks(bytes: PulledBytes): Promise<number> {
  let total = 0;
  for (;;) {
    const head = bytes.takeNow(INT_BYTES) ?? (await bytes.take(INT_BYTES));
    const length = intOf(head);
    if (length === 0) return total;
    if (length < 0) throw notADump(`a chunk of ${length} bytes`);
    total += length;
    if (!bytes.skipNow(length) && (await bytes.skip(length)) < length) throw endsTooEarly();
  }
}

/** Each has its oid before its chunks; the oid 0 ends them. */
async function passLargeObjects(bytes: PulledBytes): Promise<number> {
  let total = 0;
  while ((await readInt(bytes)) !== 0) total += await passChunks(bytes);
  return total;
}

const readInt = async (bytes: PulledBytes): Promise<number> => intOf(await bytes.take(INT_BYTES));

function intOf(bytes: Buffer): number {
  if (bytes.length < INT_BYTES) throw endsTooEarly();
  const value = bytes.readUInt32LE(1);
  return bytes[0] === 0 ? value : -value;
}

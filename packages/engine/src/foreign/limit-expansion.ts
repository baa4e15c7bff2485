import { HoldfastError } from '@holdfast/contracts';

/** Below it nothing is judged: a few megabytes hurt nobody, and small dumps may pack well. */
const FREE_BYTES = 64 * 1024 * 1024;
/** gzip cannot pack more than 1,032 to 1; zstd can, but no dump of a real database comes near. */
const MAX_RATIO = 1_000;

export type Expansion = { readonly rawBytes: number; readonly storedBytes: number };

/** Why so much out of so little is refused; undefined while it is not. Pure. */
export function judgeExpansion({ rawBytes, storedBytes }: Expansion, maxBytes: number): string | undefined {
  if (rawBytes > maxBytes)
    return `it unpacks to more than ${maxBytes} bytes; if that is right, raise BACKUP_FOREIGN_MAX_SIZE`;
  if (rawBytes > FREE_BYTES + MAX_RATIO * storedBytes)
    return `${storedBytes} bytes of it unpack to more than ${rawBytes}, ${MAX_RATIO} times as much: it is made to fill the disk`;
  return undefined;
}

/** Passes on what was unpacked while it is in proportion to what was read. Throws archive_corrupt. */
export async function* limitExpansion(
  unpacked: AsyncIterable<Uint8Array>,
  options: {
    readonly filename: string;
    readonly maxBytes: number;
    /** Bytes of the file that were read so far. */
    readonly storedBytes: () => number;
  },
): AsyncGenerator<Uint8Array> {
  let rawBytes = 0;
  for await (const bytes of unpacked) {
    rawBytes += bytes.length;
    const objection = judgeExpansion({ rawBytes, storedBytes: options.storedBytes() }, options.maxBytes);
    if (objection !== undefined)
      throw new HoldfastError('archive_corrupt', `${options.filename} is refused: ${objection}.`);
    yield bytes;
  }
}

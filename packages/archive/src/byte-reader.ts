/** Reads a stream of pieces in the lengths one wants. */
export type ByteReader = {
  /** Exactly `length` bytes; undefined when the stream ends before them. */
  read(length: number): Promise<Buffer | undefined>;
  /** Whether nothing is left. */
  atEnd(): Promise<boolean>;
  /** Bytes given out so far. */
  readonly position: number;
};

export function readBytes(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let pieces: Buffer[] = [];
  let available = 0;
  let position = 0;
  const more = async (): Promise<boolean> => {
    const next = await iterator.next();
    if (next.done) return false;
    const { buffer, byteOffset, byteLength } = next.value;
    onBytes(next.value);
    pieces.push(Buffer.from(buffer, byteOffset, byteLength));
    available += byteLength;
    return true;
  };
  return {
    get position() {
      return position;
    },
    atEnd: async () => {
      while (available === 0) if (!(await more())) return true;
      return false;
    },
    read: async (length) => {
      while (available < length) if (!(await more())) return undefined;
      const [first] = pieces;
      const joined = pieces.length === 1 && first ? first : Buffer.concat(pieces);
      const rest = joined.subarray(length);
      pieces = rest.length > 0 ? [rest] : [];
      available -= length;
      position += length;
      return joined.subarray(0, length);
    },
  };
}

import { ArchiveError } from './archive-error.ts';

/** Reads a stream of pieces in the lengths one wants. Bytes that lie in one piece are not copied. */
export type ByteReader = {
  /** Position in the stream of the next byte. */
  readonly position: number;
  /** Waits until `length` bytes are there; false when the stream ends before. */
  has(length: number): Promise<boolean>;
  /** The same, but throws archive_truncated. */
  need(length: number): Promise<void>;
  /** Bytes that are there, without taking them. For a few bytes only. */
  peek(offset: number, length: number): Buffer;
  /** Takes bytes that are there. */
  take(length: number): Buffer;
  /** The rest, as it comes. */
  rest(): AsyncGenerator<Uint8Array>;
  /** Ends the source; waits for that unless the source is silent. */
  close(): Promise<void>;
};

export function readBytes(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let pieces: Buffer[] = [];
  let available = 0;
  let position = 0;

  let asking = false;

  async function more(): Promise<boolean> {
    asking = true;
    const next = await iterator.next();
    asking = false;
    if (next.done) return false;
    const { buffer, byteOffset, byteLength } = next.value;
    if (byteLength > 0) pieces.push(Buffer.from(buffer, byteOffset, byteLength));
    available += byteLength;
    return true;
  }
  async function has(length: number): Promise<boolean> {
    while (available < length) if (!(await more())) return false;
    return true;
  }
  function peek(offset: number, length: number): Buffer {
    const [first] = pieces;
    if (first && first.length >= offset + length) return first.subarray(offset, offset + length);
    const copy = Buffer.allocUnsafe(length);
    let pieceAt = 0;
    for (const piece of pieces) {
      const from = Math.max(offset - pieceAt, 0);
      const to = Math.min(offset + length - pieceAt, piece.length);
      if (from < to) copy.set(piece.subarray(from, to), pieceAt + from - offset);
      pieceAt += piece.length;
      if (pieceAt >= offset + length) break;
    }
    return copy;
  }
  return {
    get position() {
      return position;
    },
    has,
    need: async (length) => {
      if (await has(length)) return;
      throw new ArchiveError('archive_truncated', `The archive ends at byte ${position + available}.`);
    },
    peek,
    take: (length) => {
      const taken = peek(0, length);
      let left = length;
      let whole = 0;
      for (const piece of pieces) {
        if (piece.length > left) break;
        left -= piece.length;
        whole += 1;
      }
      pieces = pieces.slice(whole);
      if (left > 0 && pieces[0]) pieces[0] = pieces[0].subarray(left);
      available -= length;
      position += length;
      return taken;
    },
    rest: async function* () {
      do {
        for (const piece of pieces.splice(0)) {
          available -= piece.length;
          position += piece.length;
          yield piece;
        }
      } while (await more());
    },
    close: async () => {
      const closing = iterator.return?.(undefined);
      if (asking) closing?.catch(() => undefined);
      else await closing;
    },
  };
}

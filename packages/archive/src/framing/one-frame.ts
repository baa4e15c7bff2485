import type { ZstdCompress, ZstdDecompress } from 'node:zlib';

/** For all that a frame decodes to: a full buffer would make Node ask for more. It wants at least 64. */
export const roomFor = (contentBytes: number): number => Math.max(64, contentBytes + 1);

/**
 * What becomes of one write, which is a whole frame; the context is given back. One trip to the pool, where zlib's one-shot
 * functions make another for an end that has nothing in it. Rejects with zlib's error, or when more than `maxBytes` come.
 */
export function oneFrame(
  context: ZstdCompress | ZstdDecompress,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    context.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) context.destroy(new RangeError(`a frame gave more than ${maxBytes} bytes`));
    });
    context.once('error', reject);
    context.write(bytes, (error) => {
      context.destroy();
      if (error) return reject(error);
      const [first] = pieces;
      resolve(first && pieces.length === 1 ? first : Buffer.concat(pieces));
    });
  });
}

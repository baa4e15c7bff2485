import { PulledBytes } from './pulled-bytes.ts';

export type Peeked = {
  /** Fewer than asked for when the source has fewer. */
  readonly first: Buffer;
  /** The whole source, `first` included; once. */
  readonly source: AsyncIterable<Uint8Array>;
};

/** Looks at the first bytes of a source, which is then read as if nobody had. */
export async function peek(source: AsyncIterable<Uint8Array>, count: number): Promise<Peeked> {
  const bytes = new PulledBytes(source);
  const first = await bytes.take(count);
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      let piece = first;
      while (piece.length > 0) {
        yield piece;
        piece = await bytes.some(Number.MAX_SAFE_INTEGER);
      }
    } finally {
      await bytes.close();
    }
  }
  return { first, source: whole() };
}

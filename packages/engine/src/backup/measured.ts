import { createHash } from 'node:crypto';

export type Measured = {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Of what went by so far. */
  totals(): { readonly storedBytes: number; readonly sha256: string };
};

/** Passes bytes on, counted and hashed. */
export function measured(source: AsyncIterable<Uint8Array>): Measured {
  const hash = createHash('sha256');
  let storedBytes = 0;
  return {
    bytes: (async function* () {
      for await (const piece of source) {
        hash.update(piece);
        storedBytes += piece.length;
        yield piece;
      }
    })(),
    totals: () => ({ storedBytes, sha256: hash.copy().digest('hex') }),
  };
}

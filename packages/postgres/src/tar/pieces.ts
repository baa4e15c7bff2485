/** Large enough that no stage behind pays per piece, small enough to be many in memory. */
const PIECE_BYTES = 256 * 1024;

/** Gathers bytes of any lengths into pieces of one length; only the last is shorter. Pieces are never written again. */
export class Pieces {
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #used = 0;

  /** Where up to `most` bytes may be written; say with `filled` how many were. */
  room(most: number): Buffer {
    return this.#piece.subarray(this.#used, this.#used + Math.min(most, PIECE_BYTES - this.#used));
  }

  *filled(count: number): Generator<Buffer> {
    this.#used += count;
    if (this.#used < PIECE_BYTES) return;
    const full = this.#piece;
    this.#piece = Buffer.allocUnsafe(PIECE_BYTES);
    this.#used = 0;
    yield full;
  }

  *add(bytes: Buffer): Generator<Buffer> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.room(bytes.length - at), 0, at);
      at += copied;
      yield* this.filled(copied);
    }
  }

  *rest(): Generator<Buffer> {
    if (this.#used > 0) yield this.#piece.subarray(0, this.#used);
    this.#used = 0;
  }
}

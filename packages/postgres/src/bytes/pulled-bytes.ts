const NOTHING = Buffer.alloc(0);

/** A source that is taken by the byte instead of by the piece. Its own error comes out as it is. */
export class PulledBytes {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #piece: Buffer = NOTHING;
  #at = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** The next `count` bytes when they are at hand, without waiting. */
  takeNow(count: number): Buffer | undefined {
    if (this.#piece.length - this.#at < count) return undefined;
    this.#at += count;
    return this.#piece.subarray(this.#at - count, this.#at);
  }

  /** Passes over `count` bytes when they are at hand, else over none. */
  skipNow(count: number): boolean {
    if (this.#piece.length - this.#at < count) return false;
    this.#at += count;
    return true;
  }

  /** The next `count` bytes; fewer only at the end of the source. */
  async take(count: number): Promise<Buffer> {
    const now = this.takeNow(count);
    if (now) return now;
    const taken = Buffer.alloc(count);
    let length = 0;
    while (length < count) {
      const piece = await this.some(count - length);
      if (piece.length === 0) break;
      length += piece.copy(taken, length); // at once: a source may use its buffers again
    }
    return taken.subarray(0, length);
  }

  /** What is at hand, at most `most` bytes; empty only at the end of the source. */
  async some(most: number): Promise<Buffer> {
    while (this.#at === this.#piece.length && !this.#isOver) await this.#pull();
    return this.takeNow(Math.min(most, this.#piece.length - this.#at)) ?? NOTHING;
  }

  /** Passes over `count` bytes; answers how many of them there were. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const piece = await this.some(count - skipped);
      if (piece.length === 0) break;
      skipped += piece.length;
    }
    return skipped;
  }

  /** Lets the source go without reading on. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#iterator.return?.();
  }

  async #pull(): Promise<void> {
    try {
      const step = await this.#iterator.next();
      this.#isOver = step.done === true;
      this.#piece = step.done ? NOTHING : asBuffer(step.value);
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
    this.#at = 0;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

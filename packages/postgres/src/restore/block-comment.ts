import { SLASH, STAR } from './sql-bytes.ts';

/** The inside of a block comment, which may hold others. */
export class BlockComment {
  #depth = 1;
  /** The byte before, unless it was the second of a pair: `/*` and `*` `/` do not overlap. */
  #previous = 0;

  /** Takes a byte; answers whether the outermost comment ends with it. */
  endsWith(byte: number): boolean {
    const opens = this.#previous === SLASH && byte === STAR;
    const closes = this.#previous === STAR && byte === SLASH;
    this.#depth += Number(opens) - Number(closes);
    this.#previous = opens || closes ? 0 : byte;
    return this.#depth === 0;
  }
}

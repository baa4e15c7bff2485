import { DOLLAR, isDigit, isNameStart } from './sql-bytes.ts';

/** Longer tags are refused: nobody writes them, and they would be kept in memory. */
const MAX_TAG_BYTES = 1_024;

/** What begins with `$` in code: `$tag$ … $tag$`, or no quote at all. Cut anywhere. */
export class DollarQuote {
  readonly #tag: number[] = [DOLLAR];
  #matched = 0;

  get isTagBegun(): boolean {
    return this.#tag.length > 1;
  }

  /** The name behind a `$` that begins no quote. */
  get name(): readonly number[] {
    return this.#tag.slice(1);
  }

  /** Takes the next byte of the tag: it goes on, it is complete, it is none, or it has no end. */
  addToTag(byte: number): 'more' | 'complete' | 'none' | 'endless' {
    const belongs = byte === DOLLAR || isNameStart(byte) || (isDigit(byte) && this.isTagBegun);
    if (!belongs) return 'none';
    if (this.#tag.push(byte) > MAX_TAG_BYTES) return 'endless';
    return byte === DOLLAR ? 'complete' : 'more';
  }

  /**
   * Looks for the closing tag from `at`; answers where it stopped. The tag has `$` at its two ends only, so after a
   * mismatch at most that one byte still counts.
   */
  scan(chunk: Buffer, at: number): { readonly next: number; readonly isOver: boolean } {
    for (let index = at; index < chunk.length; index += 1) {
      if (this.#matched === 0) {
        index = chunk.indexOf(DOLLAR, index);
        if (index < 0) break;
        this.#matched = 1;
        continue;
      }
      if (chunk[index] === this.#tag[this.#matched]) this.#matched += 1;
      else this.#matched = chunk[index] === DOLLAR ? 1 : 0;
      if (this.#matched === this.#tag.length) return { next: index + 1, isOver: true };
    }
    return { next: chunk.length, isOver: false };
  }
}

/** Large enough that the cost per chunk vanishes, small enough that memory stays flat whatever the size of the sample. */
const CHUNK_BYTES = 256 * 1024;
/** UTF-8 needs at most three bytes for each of JavaScript's characters. */
const BYTES_PER_CHARACTER = 3;

const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Text encoded once, to be written often. */
export type Word = Uint8Array;

/** In V8's own heap where it is short: several times quicker to read than a Buffer's slice. */
export const word = (text: string): Word => Uint8Array.from(Buffer.from(text));

/** Many words end to end, word n from `starts[n]` to `starts[n + 1]`: close together in memory, so quick to pick from. */
export type WordList = { readonly bytes: Uint8Array; readonly starts: Uint32Array; readonly length: number };

export function wordList(texts: readonly string[]): WordList {
  const words = texts.map((text) => Buffer.from(text));
  const starts = new Uint32Array(words.length + 1);
  for (const [index, each] of words.entries()) starts[index + 1] = (starts[index] ?? 0) + each.length;
  return { bytes: Uint8Array.from(Buffer.concat(words)), starts, length: words.length };
}

/**
 * Bytes under construction. Rows are written into it piece by piece: joining them as strings first takes three times as
 * long, as V8 puts every joined string together once more before it can be encoded.
 */
export class Writer {
  #bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #at = 0;

  get isFull(): boolean {
    return this.#at >= CHUNK_BYTES - 4_096;
  }

  /** What was written since the last time; the bytes are the caller's from then on. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#at = 0;
    return taken;
  }

  /** What was written since the last time, as a string; the space is used again. */
  takeText(): string {
    const text = this.#bytes.toString('utf8', 0, this.#at);
    this.#at = 0;
    return text;
  }

  text(text: string): void {
    this.#makeRoom(text.length * BYTES_PER_CHARACTER);
    this.#at += this.#bytes.write(text, this.#at);
  }

  word(word: Word): void {
    const size = word.length;
    const at = this.#at;
    if (at + size > this.#bytes.length) this.#makeRoom(size);
    const bytes = this.#bytes;
    // A loop is quicker than `set` for the few bytes of a word.
    for (let index = 0; index < size; index += 1) bytes[at + index] = word[index] as number; // within its length
    this.#at = at + size;
  }

  /** Word `index` of the list. */
  wordOf({ bytes: from, starts }: WordList, index: number): void {
    const start = starts[index] as number; // callers stay below the length
    const size = (starts[index + 1] as number) - start;
    const at = this.#at;
    if (at + size > this.#bytes.length) this.#makeRoom(size);
    const bytes = this.#bytes;
    for (let offset = 0; offset < size; offset += 1) bytes[at + offset] = from[start + offset] as number; // within it
    this.#at = at + size;
  }

  tab(): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = 9;
  }

  newline(): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = 10;
  }

  /** A whole number from 0 to 2³¹ - 1, in decimal. */
  number(value: number): void {
    this.#makeRoom(10);
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start + 1;
    for (let limit = 10; value >= limit && limit <= 1_000_000_000; limit *= 10) end += 1;
    let rest = value | 0;
    for (let at = end - 1; at >= start; at -= 1) {
      const left = (rest / 10) | 0;
      bytes[at] = 48 + rest - left * 10;
      rest = left;
    }
    this.#at = end;
  }

  /** The eight hex digits of 32 bits. */
  hex(bits: number): void {
    this.#makeRoom(8);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let shift = 28; shift >= 0; shift -= 4) bytes[at++] = hexDigits[(bits >>> shift) & 15] as number; // 0 to 15
    this.#at = at;
  }

  #makeRoom(sizeBytes: number): void {
    const needed = this.#at + sizeBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

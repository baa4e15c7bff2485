import { BACKSLASH, DOT, NEWLINE, RETURN } from './sql-bytes.ts';

const END_OF_DATA = Buffer.from('\n\\.');

/** The rows after `COPY … FROM stdin`, up to the line that is `\.` and nothing else. Cut anywhere. */
export class CopyData {
  /** At the beginning of a line, after `\`, after `\.`, after `\.` and CR, or anywhere else in it. */
  #place: 'line' | 'backslash' | 'end' | 'end and CR' | 'inside' = 'line';

  /** Whether the data would be over, were this the end of the file. */
  get mayEnd(): boolean {
    return this.#place === 'end' || this.#place === 'end and CR';
  }

  /** Goes on from `at`; answers where it stopped, and whether that is behind the last line. */
  scan(chunk: Buffer, at: number): { readonly next: number; readonly isOver: boolean } {
    if (this.#place === 'inside') return { next: this.#skip(chunk, at), isOver: false };
    const byte = chunk[at];
    const isOver = byte === NEWLINE && this.mayEnd;
    if (byte === NEWLINE) this.#place = 'line';
    else if (this.#place === 'line' && byte === BACKSLASH) this.#place = 'backslash';
    else if (this.#place === 'backslash' && byte === DOT) this.#place = 'end';
    else if (this.#place === 'end' && byte === RETURN) this.#place = 'end and CR';
    else this.#place = 'inside';
    return { next: at + 1, isOver };
  }

  /** The fast way: rows are most of a dump, and only a line that begins with `\.` is of interest. */
  #skip(chunk: Buffer, at: number): number {
    const found = chunk.indexOf(END_OF_DATA, at);
    if (found >= 0) {
      this.#place = 'end';
      return found + END_OF_DATA.length;
    }
    const last = chunk.length - 1;
    if (chunk[last] === NEWLINE) this.#place = 'line';
    else if (last > at && chunk[last] === BACKSLASH && chunk[last - 1] === NEWLINE) this.#place = 'backslash';
    return chunk.length;
  }
}

import { NEWLINE } from './sql-bytes.ts';

/** pg_dump's key has 63 letters. */
const MAX_LINE_BYTES = 256;

/**
 * The pair that pg_dump itself writes: `\restrict key` before the first statement, `\unrestrict key` behind the last.
 * Anything else that begins with a backslash is none of it.
 */
export class RestrictPair {
  #line: number[] = [];
  #key: string | undefined;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isOpen(): boolean {
    return this.#key !== undefined && !this.#isClosed;
  }

  get hasBegun(): boolean {
    return this.#key !== undefined;
  }

  /** The line so far, for a message. */
  get line(): Buffer {
    return Buffer.from(this.#line);
  }

  begin(backslash: number): void {
    this.#line = [backslash];
  }

  /** Takes the next byte of the line. */
  add(byte: number): 'more' | 'taken' | 'refused' {
    if (byte === NEWLINE) return this.endLine();
    return this.#line.push(byte) > MAX_LINE_BYTES ? 'refused' : 'more';
  }

  /** At the end of the line or of the file. */
  endLine(): 'taken' | 'refused' {
    const match = /^\\(?<verb>restrict|unrestrict) (?<key>[A-Za-z0-9]+)\r?$/.exec(
      this.line.toString('latin1'),
    );
    const { verb, key } = match?.groups ?? {};
    if (verb === 'restrict' && this.#key === undefined) this.#key = key;
    else if (verb === 'unrestrict' && this.isOpen && key === this.#key) this.#isClosed = true;
    else return 'refused';
    return 'taken';
  }
}

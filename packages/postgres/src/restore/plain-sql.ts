import { PostgresError } from '../postgres-error.ts';
import { BlockComment } from './block-comment.ts';
import { CopyData } from './copy-data.ts';
import { DollarQuote } from './dollar-quote.ts';
import { RestrictPair } from './restrict-pair.ts';
import { BACKSLASH, DOUBLE_QUOTE, isSpace, NEWLINE, QUOTE, RETURN } from './sql-bytes.ts';
import { SqlCode } from './sql-code.ts';

type State =
  | 'code'
  | 'line comment'
  | 'block comment'
  | 'string'
  | 'E string'
  | 'E string after backslash'
  | 'E string after quote'
  | 'continued string'
  | 'quoted name'
  | 'dollar tag'
  | 'dollar string'
  | 'after COPY'
  | 'COPY data'
  | 'command';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads plain SQL as psql's own scanner does and refuses every backslash command, wherever psql would see one. Takes
 * out the one `\restrict` / `\unrestrict` pair that pg_dump writes at its two fixed places. Bytes in, bytes out, cut
 * anywhere. Throws invalid_backup or archive_truncated.
 */
export class PlainSqlScanner {
  #state: State = 'code';
  #sql = new SqlCode({
    onToken: () => this.#assertOpen(),
    refuse: (reason) => this.#refuse(reason),
  });
  #lastByte: number = NEWLINE;
  #comment = new BlockComment();
  #dollarQuote = new DollarQuote();
  #copyData = new CopyData();
  #pair = new RestrictPair();
  #offset = 0;
  #head: Buffer | undefined = Buffer.alloc(0);
  #out: Uint8Array[] = [];

  /** What of `bytes` goes on to psql. */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#head) {
      chunk = Buffer.concat([this.#head, chunk]);
      if (chunk.length < BYTE_ORDER_MARK.length) {
        this.#head = chunk;
        return [];
      }
      this.#head = undefined;
      if (chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) chunk = chunk.subarray(3);
    }
    return this.#scan(chunk);
  }

  /** Call it after the last chunk; answers what was held back. */
  end(): readonly Uint8Array[] {
    const rest = this.#head ? this.#scan(this.#head) : [];
    this.#head = undefined;
    if (this.#state === 'command') this.#afterCommand(this.#pair.endLine());
    if (this.#state === 'code') this.#sql.endWord();
    if (this.#state === 'COPY data' && this.#copyData.mayEnd) this.#state = 'code';
    if (this.#state !== 'code' && this.#state !== 'line comment' && this.#state !== 'after COPY') {
      throw this.#truncated(`inside ${this.#state === 'COPY data' ? 'COPY data' : `a ${this.#state}`}`);
    }
    if (!this.#sql.isBetweenStatements)
      throw this.#truncated('inside a statement; its last one needs a semicolon');
    if (this.#pair.isOpen) throw this.#truncated('before the \\unrestrict of pg_dump');
    return rest;
  }

  #scan(chunk: Buffer): readonly Uint8Array[] {
    if (chunk.includes(0)) throw this.#refuse('it holds a NUL byte, which SQL text cannot');
    this.#out = [];
    let kept = 0;
    let at = 0;
    while (at < chunk.length) {
      const wasCommand = this.#state === 'command';
      const next = this.#step(chunk, at);
      const isCommand = this.#state === 'command';
      if (!wasCommand && isCommand) {
        if (at > kept) this.#out.push(chunk.subarray(kept, at));
        kept = next;
      } else if (wasCommand) kept = next;
      at = next;
    }
    if (chunk.length > kept) this.#out.push(chunk.subarray(kept));
    this.#lastByte = chunk.at(-1) ?? this.#lastByte;
    this.#offset += chunk.length;
    return this.#out;
  }

  /** Goes on from `at` and answers where it stopped, at least one byte further. */
  #step(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    switch (this.#state) {
      case 'code':
        return this.#code(chunk, at, byte);
      case 'string':
        return this.#skipTo(chunk, at, QUOTE, 'code');
      case 'quoted name':
        return this.#skipTo(chunk, at, DOUBLE_QUOTE, 'code');
      case 'line comment':
        return this.#lineComment(chunk, at);
      case 'block comment':
        if (this.#comment.endsWith(byte)) this.#state = 'code';
        return at + 1;
      case 'E string':
        if (byte === QUOTE) this.#state = 'E string after quote';
        if (byte === BACKSLASH) this.#state = 'E string after backslash';
        this.#sql.noteInside(byte);
        return at + 1;
      case 'E string after backslash':
        this.#state = 'E string';
        return at + 1;
      case 'E string after quote':
        if (byte === QUOTE) {
          this.#state = 'E string';
          return at + 1;
        }
        this.#state = 'code';
        this.#sql.endEscapeString();
        return this.#code(chunk, at, byte);
      case 'continued string':
        if (byte === BACKSLASH)
          throw this.#refuse('a string is continued in a way that psql reads otherwise', at);
        if (byte === QUOTE) this.#state = 'code';
        return at + 1;
      case 'dollar tag':
        return this.#dollarTag(chunk, at, byte);
      case 'dollar string':
        return this.#until(this.#dollarQuote.scan(chunk, at));
      case 'after COPY':
        if (byte === NEWLINE) {
          this.#state = 'COPY data';
          this.#copyData = new CopyData();
        } else if (!isSpace(byte)) throw this.#refuse('something follows COPY … FROM stdin on its line', at);
        return at + 1;
      case 'COPY data':
        return this.#until(this.#copyData.scan(chunk, at));
      case 'command':
        this.#afterCommand(this.#pair.add(byte));
        return at + 1;
      default:
        return this.#state satisfies never;
    }
  }

  #code(chunk: Buffer, at: number, byte: number): number {
    const turn = this.#sql.take(byte);
    if (turn === 'backslash') this.#backslash(chunk, at);
    else this.#state = turn;
    if (turn === 'block comment') this.#comment = new BlockComment();
    if (turn === 'dollar tag') this.#dollarQuote = new DollarQuote();
    return at + 1;
  }

  #skipTo(chunk: Buffer, at: number, byte: number, state: State): number {
    const found = chunk.indexOf(byte, at);
    const stop = found < 0 ? chunk.length : found + 1;
    if (this.#sql.isNoting) for (const each of chunk.subarray(at, stop)) this.#sql.noteInside(each);
    if (found >= 0) this.#state = state;
    return stop;
  }

  /** It ends at CR as well: for psql what follows a lone CR is code. */
  #lineComment(chunk: Buffer, at: number): number {
    for (let index = at; index < chunk.length; index += 1) {
      if (chunk[index] !== NEWLINE && chunk[index] !== RETURN) continue;
      this.#state = 'code';
      this.#sql.endLine();
      return index + 1;
    }
    return chunk.length;
  }

  #until({ next, isOver }: { readonly next: number; readonly isOver: boolean }): number {
    if (isOver) this.#state = 'code';
    return next;
  }

  #dollarTag(chunk: Buffer, at: number, byte: number): number {
    const step = this.#dollarQuote.addToTag(byte);
    if (step === 'more') return at + 1;
    if (step === 'endless') throw this.#refuse('a dollar quote has an endless tag', at);
    this.#sql.takeDollar();
    if (step === 'complete') {
      this.#state = 'dollar string';
      return at + 1;
    }
    // A lone $, then a parameter's number or a name.
    this.#state = 'code';
    for (const each of this.#dollarQuote.name) this.#sql.take(each);
    return this.#code(chunk, at, byte);
  }

  #backslash(chunk: Buffer, at: number): void {
    const before = at > 0 ? chunk[at - 1] : this.#lastByte;
    const isFirstPlace = !this.#sql.isStarted && !this.#pair.hasBegun;
    const isLastPlace = this.#pair.isOpen && this.#sql.isBetweenStatements;
    if (before !== NEWLINE || !(isFirstPlace || isLastPlace)) {
      throw this.#refuse(`it holds the psql command ${shown(chunk, at)}`, at);
    }
    this.#state = 'command';
    this.#pair.begin(BACKSLASH);
  }

  #afterCommand(step: 'more' | 'taken' | 'refused'): void {
    if (step === 'refused') throw this.#refuse(`it holds the psql command ${shown(this.#pair.line, 0)}`);
    if (step === 'more') return;
    this.#state = 'code';
  }

  #assertOpen(): void {
    if (this.#pair.isClosed) throw this.#refuse('something follows the \\unrestrict of pg_dump');
  }

  #refuse(reason: string, at = 0): PostgresError {
    return new PostgresError(
      'invalid_backup',
      `The SQL file is refused near byte ${this.#offset + at}: ${reason}. Only plain SQL as pg_dump writes it is restored.`,
    );
  }

  #truncated(where: string): PostgresError {
    return new PostgresError('archive_truncated', `The SQL file ends ${where}; get a whole copy of it.`);
  }
}

/** A few printable characters of a command, for the message. */
function shown(bytes: Buffer, at: number): string {
  const line =
    bytes
      .subarray(at, at + 40)
      .toString('latin1')
      .split('\n')[0] ?? '';
  return JSON.stringify(line.replace(/[^ -~]/g, '?'));
}

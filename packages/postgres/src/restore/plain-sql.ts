import { PostgresError } from '../postgres-error.ts';
import { objectionToSet, SqlStatement } from './sql-statement.ts';

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
type Token = 'none' | 'word' | 'number' | 'word after number' | 'operator';

const [TAB, NEWLINE, RETURN, SPACE, QUOTE, DOUBLE_QUOTE, DOLLAR, BACKSLASH, DASH, SLASH, STAR, SEMICOLON] = [
  9, 10, 13, 32, 39, 34, 36, 92, 45, 47, 42, 59,
] as const;
const [OPEN, CLOSE, DOT] = [40, 41, 46] as const;
const END_OF_COPY = Buffer.from('\n\\.');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Longer ones are refused: pg_dump writes tags of a few letters and keys of 63. */
const MAX_TAG_BYTES = 1_024;
const MAX_COMMAND_BYTES = 256;
const MAX_WORD_LENGTH = 32;
const MAX_SET_BYTES = 1_000;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isNameStart = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 95 || byte >= 128;
const isSpace = (byte: number): boolean => byte === SPACE || (byte >= TAB && byte <= RETURN);

/**
 * Reads plain SQL as psql's own scanner does and refuses every backslash command, wherever psql would see one. Takes
 * out the one `\restrict` / `\unrestrict` pair that pg_dump writes at its two fixed places. Bytes in, bytes out, cut
 * anywhere. Throws invalid_backup or archive_truncated.
 */
export class PlainSqlScanner {
  #state: State = 'code';
  #token: Token = 'none';
  #word = '';
  #statement = new SqlStatement();
  #setText: number[] | undefined;
  /** The byte before, also across chunks; 0 where nothing in it can begin something two bytes long. */
  #previous = 0;
  #lastByte: number = NEWLINE;
  #commentDepth = 0;
  #tag: number[] = [];
  #matched = 0;
  #command: number[] = [];
  /** 0: at the beginning of a line of COPY data; 1: after `\`; 2: after `\.`; 3: after `\.` and CR; -1: inside it. */
  #copyMatch = -1;
  /** An E string just ended (1), and a line after it (2): a string now would continue it for the server, not for psql. */
  #afterEscapeString: 0 | 1 | 2 = 0;
  #isStarted = false;
  #key: string | undefined;
  #isClosed = false;
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
    if (this.#state === 'command') this.#endCommand();
    if (this.#state === 'code') this.#endWord();
    if (this.#state === 'COPY data' && this.#copyMatch >= 2) this.#state = 'code';
    if (this.#state !== 'code' && this.#state !== 'line comment' && this.#state !== 'after COPY') {
      throw this.#truncated(`inside ${this.#state === 'COPY data' ? 'COPY data' : `a ${this.#state}`}`);
    }
    if (!this.#statement.isEmpty) throw this.#truncated('inside a statement; its last one needs a semicolon');
    if (this.#key !== undefined && !this.#isClosed)
      throw this.#truncated('before the \\unrestrict of pg_dump');
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
        this.#blockComment(byte);
        return at + 1;
      case 'E string':
        if (byte === QUOTE) this.#state = 'E string after quote';
        if (byte === BACKSLASH) this.#state = 'E string after backslash';
        this.#noteSet(byte);
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
        this.#afterEscapeString = 1;
        return this.#code(chunk, at, byte);
      case 'continued string':
        if (byte === BACKSLASH)
          throw this.#refuse('a string is continued in a way that psql reads otherwise', at);
        if (byte === QUOTE) this.#state = 'code';
        return at + 1;
      case 'dollar tag':
        return this.#dollarTag(chunk, at, byte);
      case 'dollar string':
        return this.#dollarString(chunk, at);
      case 'after COPY':
        if (byte === NEWLINE) {
          this.#state = 'COPY data';
          this.#copyMatch = 0;
        } else if (!isSpace(byte)) throw this.#refuse('something follows COPY … FROM stdin on its line', at);
        return at + 1;
      case 'COPY data':
        return this.#copyData(chunk, at, byte);
      case 'command':
        this.#commandByte(byte);
        return at + 1;
      default:
        return this.#state satisfies never;
    }
  }

  #code(chunk: Buffer, at: number, byte: number): number {
    const previous = this.#previous;
    this.#previous = byte;
    if ((byte === DASH && previous === DASH) || (byte === STAR && previous === SLASH)) {
      this.#state = byte === DASH ? 'line comment' : 'block comment';
      this.#commentDepth = 1;
      this.#token = 'none';
      this.#previous = 0;
      return at + 1;
    }
    // Only now it is known that it began no comment.
    if (previous === DASH || previous === SLASH) this.#mark(String.fromCharCode(previous));
    this.#noteSet(byte);
    if (isNameStart(byte)) this.#nameByte(byte);
    else if (isDigit(byte)) {
      if (this.#token === 'word' || this.#token === 'word after number') this.#nameByte(byte);
      else {
        this.#mark('0');
        this.#token = 'number';
      }
    } else if (byte === DOLLAR && this.#token === 'word') this.#nameByte(byte);
    else this.#punctuation(chunk, at, byte);
    return at + 1;
  }

  #nameByte(byte: number): void {
    this.#begin();
    if (this.#token === 'number') this.#token = 'word after number';
    else if (this.#token !== 'word' && this.#token !== 'word after number') {
      this.#token = 'word';
      this.#word = '';
    }
    // One that is longer is no word we look for, and must not turn into one by being cut.
    if (this.#word.length <= MAX_WORD_LENGTH) this.#word += String.fromCharCode(byte).toLowerCase();
  }

  #punctuation(chunk: Buffer, at: number, byte: number): void {
    if (this.#token === 'word after number' && (byte === QUOTE || byte === DOLLAR)) {
      throw this.#refuse('a number runs into a string', at);
    }
    if (this.#token === 'number' && byte === DOT) return;
    const isEscapePrefix = this.#token === 'word' && this.#word === 'e';
    const continues = this.#afterEscapeString === 2;
    this.#endWord();
    switch (byte) {
      case NEWLINE:
      case RETURN:
        if (this.#afterEscapeString === 1) this.#afterEscapeString = 2;
        return;
      case QUOTE:
        this.#mark("'");
        this.#state = isEscapePrefix ? 'E string' : continues ? 'continued string' : 'string';
        this.#previous = 0;
        return;
      case DOUBLE_QUOTE:
        this.#mark('"');
        this.#state = 'quoted name';
        this.#previous = 0;
        return;
      case DOLLAR:
        this.#begin();
        this.#state = 'dollar tag';
        this.#tag = [DOLLAR];
        this.#previous = 0;
        return;
      case BACKSLASH:
        this.#backslash(chunk, at);
        return;
      case SEMICOLON:
        this.#begin();
        if (this.#statement.endsAtSemicolon) this.#endStatement();
        return;
      case OPEN:
        this.#begin();
        this.#statement.open();
        return;
      case CLOSE:
        this.#begin();
        this.#statement.close();
        return;
      case DASH:
      case SLASH:
        return; // perhaps half of a comment's beginning
      default:
        if (!isSpace(byte)) this.#mark(String.fromCharCode(byte));
    }
  }

  #endStatement(): void {
    const objection = this.#setText
      ? objectionToSet(Buffer.from(this.#setText).toString('latin1'))
      : undefined;
    if (objection !== undefined) throw this.#refuse(objection);
    if (this.#statement.copiesFromStdin) this.#state = 'after COPY';
    this.#setText = undefined;
    this.#statement = new SqlStatement();
    this.#previous = 0;
  }

  /** A token begins: the file is past its opening comments, and must not be past its end. */
  #begin(): void {
    if (this.#isClosed) throw this.#refuse('something follows the \\unrestrict of pg_dump');
    this.#isStarted = true;
    this.#afterEscapeString = 0;
  }

  #mark(character: string): void {
    this.#endWord();
    this.#begin();
    this.#statement.mark(character);
    this.#token = 'operator';
  }

  #endWord(): void {
    if (this.#token === 'word') {
      this.#statement.word(this.#word);
      if (this.#statement.isSet && !this.#setText) this.#setText = [...Buffer.from('set ')];
    }
    this.#token = 'none';
  }

  #noteSet(byte: number): void {
    if (this.#setText && this.#setText.length < MAX_SET_BYTES) this.#setText.push(byte);
  }

  #skipTo(chunk: Buffer, at: number, byte: number, state: State): number {
    const found = chunk.indexOf(byte, at);
    const stop = found < 0 ? chunk.length : found + 1;
    if (this.#setText) for (const each of chunk.subarray(at, stop)) this.#noteSet(each);
    if (found >= 0) this.#state = state;
    return stop;
  }

  /** It ends at CR as well: for psql what follows a lone CR is code. */
  #lineComment(chunk: Buffer, at: number): number {
    for (let index = at; index < chunk.length; index += 1) {
      if (chunk[index] !== NEWLINE && chunk[index] !== RETURN) continue;
      this.#state = 'code';
      if (this.#afterEscapeString === 1) this.#afterEscapeString = 2;
      return index + 1;
    }
    return chunk.length;
  }

  #blockComment(byte: number): void {
    const previous = this.#previous;
    this.#previous = byte;
    if (previous === SLASH && byte === STAR) {
      this.#commentDepth += 1;
      this.#previous = 0;
    } else if (previous === STAR && byte === SLASH) {
      this.#commentDepth -= 1;
      this.#previous = 0;
      if (this.#commentDepth === 0) this.#state = 'code';
    }
  }

  #dollarTag(chunk: Buffer, at: number, byte: number): number {
    if (byte === DOLLAR) {
      this.#tag.push(byte);
      this.#mark('$');
      this.#state = 'dollar string';
      this.#matched = 0;
      return at + 1;
    }
    const isFirst = this.#tag.length === 1;
    if (isNameStart(byte) || (isDigit(byte) && !isFirst)) {
      if (this.#tag.length >= MAX_TAG_BYTES) throw this.#refuse('a dollar quote has an endless tag', at);
      this.#tag.push(byte);
      return at + 1;
    }
    // No dollar quote after all: a lone $, then a parameter's number or a name.
    this.#statement.mark('$');
    this.#state = 'code';
    if (isFirst && isDigit(byte)) {
      this.#token = 'number';
      return at + 1;
    }
    for (const each of this.#tag.slice(1)) this.#nameByte(each);
    return this.#code(chunk, at, byte);
  }

  /** The tag has `$` at its two ends only, so after a mismatch at most that one byte still counts. */
  #dollarString(chunk: Buffer, at: number): number {
    for (let index = at; index < chunk.length; index += 1) {
      if (this.#matched === 0) {
        index = chunk.indexOf(DOLLAR, index);
        if (index < 0) return chunk.length;
        this.#matched = 1;
        continue;
      }
      if (chunk[index] === this.#tag[this.#matched]) this.#matched += 1;
      else this.#matched = chunk[index] === DOLLAR ? 1 : 0;
      if (this.#matched < this.#tag.length) continue;
      this.#state = 'code';
      return index + 1;
    }
    return chunk.length;
  }

  #copyData(chunk: Buffer, at: number, byte: number): number {
    if (this.#copyMatch === -1) {
      // From the byte before: the line may have begun with this one.
      const found = chunk.indexOf(END_OF_COPY, at);
      if (found >= 0) {
        this.#copyMatch = 2;
        return found + END_OF_COPY.length;
      }
      const last = chunk.at(-1);
      if (last === NEWLINE) this.#copyMatch = 0;
      else if (last === BACKSLASH && chunk.length - 2 >= at && chunk.at(-2) === NEWLINE) this.#copyMatch = 1;
      return chunk.length;
    }
    if (byte === NEWLINE) {
      if (this.#copyMatch >= 2) this.#state = 'code';
      this.#copyMatch = 0;
    } else if (this.#copyMatch === 0 && byte === BACKSLASH) this.#copyMatch = 1;
    else if (this.#copyMatch === 1 && byte === 46) this.#copyMatch = 2;
    else if (this.#copyMatch === 2 && byte === RETURN) this.#copyMatch = 3;
    else this.#copyMatch = -1;
    return at + 1;
  }

  #backslash(chunk: Buffer, at: number): void {
    const before = at > 0 ? chunk[at - 1] : this.#lastByte;
    const isFirstPlace = !this.#isStarted && this.#key === undefined;
    const isLastPlace = this.#key !== undefined && !this.#isClosed && this.#statement.isEmpty;
    if (before !== NEWLINE || !(isFirstPlace || isLastPlace)) {
      throw this.#refuse(`it holds the psql command ${shown(chunk, at)}`, at);
    }
    this.#state = 'command';
    this.#command = [BACKSLASH];
    this.#previous = 0;
  }

  #commandByte(byte: number): void {
    if (byte === NEWLINE) this.#endCommand();
    else if (this.#command.push(byte) > MAX_COMMAND_BYTES) {
      throw this.#refuse(`it holds the psql command ${shown(Buffer.from(this.#command), 0)}`);
    }
  }

  #endCommand(): void {
    const command = Buffer.from(this.#command);
    const match = /^\\(?<verb>restrict|unrestrict) (?<key>[A-Za-z0-9]+)\r?$/.exec(command.toString('latin1'));
    const { verb, key } = match?.groups ?? {};
    if (verb === 'restrict' && this.#key === undefined) this.#key = key;
    else if (verb === 'unrestrict' && key === this.#key) this.#isClosed = true;
    else throw this.#refuse(`it holds the psql command ${shown(command, 0)}`);
    this.#state = 'code';
    this.#token = 'none';
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

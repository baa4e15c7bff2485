import type { PostgresError } from '../postgres-error.ts';
import {
  BACKSLASH,
  CLOSE,
  DASH,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  isDigit,
  isNameStart,
  isSpace,
  NEWLINE,
  OPEN,
  QUOTE,
  RETURN,
  SEMICOLON,
  SLASH,
  STAR,
} from './sql-bytes.ts';
import { objectionToSet, SqlStatement } from './sql-statement.ts';

/** What comes after a byte of code. */
export type Turn =
  | 'code'
  | 'line comment'
  | 'block comment'
  | 'string'
  | 'E string'
  | 'continued string'
  | 'quoted name'
  | 'dollar tag'
  | 'after COPY'
  | 'backslash';
type Token = 'none' | 'word' | 'number' | 'word after number' | 'operator';

const MAX_WORD_LENGTH = 32;
const MAX_SET_BYTES = 1_000;

/** SQL outside strings, names, comments and data: its tokens, and the statements they make. Cut anywhere. */
export class SqlCode {
  readonly #hooks: { readonly onToken: () => void; readonly refuse: (reason: string) => PostgresError };
  #token: Token = 'none';
  #word = '';
  #statement = new SqlStatement();
  /** The text of a SET statement. */
  #setText: number[] | undefined;
  /** The byte before, also across chunks; 0 where nothing in it can begin something two bytes long. */
  #previous = 0;
  /** An E string just ended (1), and a line after it (2): a string now would continue it for the server, not for psql. */
  #afterEscapeString: 0 | 1 | 2 = 0;
  #isStarted = false;

  /** `onToken` is called when one begins, and may throw; `refuse` makes the error for what cannot be allowed. */
  constructor(hooks: { readonly onToken: () => void; readonly refuse: (reason: string) => PostgresError }) {
    this.#hooks = hooks;
  }

  /** Whether anything but comments and space has come. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isBetweenStatements(): boolean {
    return this.#statement.isEmpty;
  }

  /** Whether strings are wanted too, through `noteInside`. */
  get isNoting(): boolean {
    return this.#setText !== undefined;
  }

  noteInside(byte: number): void {
    if (this.#setText && this.#setText.length < MAX_SET_BYTES) this.#setText.push(byte);
  }

  endEscapeString(): void {
    this.#afterEscapeString = 1;
  }

  endLine(): void {
    if (this.#afterEscapeString === 1) this.#afterEscapeString = 2;
  }

  /** A `$` that turned out to begin a quote, a parameter, or nothing. */
  takeDollar(): void {
    this.#mark('$');
  }

  /** Takes the next byte and answers what the byte after it is part of. */
  take(byte: number): Turn {
    const previous = this.#previous;
    this.#previous = byte;
    if ((byte === DASH && previous === DASH) || (byte === STAR && previous === SLASH)) {
      this.#token = 'none';
      this.#previous = 0;
      return byte === DASH ? 'line comment' : 'block comment';
    }
    // Only now it is known that it began no comment.
    if (previous === DASH || previous === SLASH) this.#mark(String.fromCharCode(previous));
    this.noteInside(byte);
    if (isNameStart(byte)) this.#nameByte(byte);
    else if (isDigit(byte)) {
      if (this.#token === 'word' || this.#token === 'word after number') this.#nameByte(byte);
      else {
        this.#mark('0');
        this.#token = 'number';
      }
    } else if (byte === DOLLAR && this.#token === 'word') this.#nameByte(byte);
    else return this.#punctuation(byte);
    return 'code';
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

  #punctuation(byte: number): Turn {
    if (this.#token === 'word after number' && (byte === QUOTE || byte === DOLLAR)) {
      throw this.#hooks.refuse('a number runs into a string');
    }
    if (this.#token === 'number' && byte === DOT) return 'code';
    const isEscapePrefix = this.#token === 'word' && this.#word === 'e';
    const continues = this.#afterEscapeString === 2;
    this.endWord();
    switch (byte) {
      case NEWLINE:
      case RETURN:
        this.endLine();
        return 'code';
      case QUOTE:
        this.#mark("'");
        this.#previous = 0;
        return isEscapePrefix ? 'E string' : continues ? 'continued string' : 'string';
      case DOUBLE_QUOTE:
        this.#mark('"');
        this.#previous = 0;
        return 'quoted name';
      case DOLLAR:
        this.#begin();
        this.#previous = 0;
        return 'dollar tag';
      case BACKSLASH:
        this.#previous = 0;
        return 'backslash';
      case SEMICOLON:
        this.#begin();
        return this.#statement.endsAtSemicolon ? this.#endStatement() : 'code';
      case OPEN:
        this.#begin();
        this.#statement.open();
        return 'code';
      case CLOSE:
        this.#begin();
        this.#statement.close();
        return 'code';
      case DASH:
      case SLASH:
        return 'code'; // perhaps half of a comment's beginning
      default:
        if (!isSpace(byte)) this.#mark(String.fromCharCode(byte));
        return 'code';
    }
  }

  #endStatement(): Turn {
    const objection = this.#setText
      ? objectionToSet(Buffer.from(this.#setText).toString('latin1'))
      : undefined;
    if (objection !== undefined) throw this.#hooks.refuse(objection);
    const turn = this.#statement.copiesFromStdin ? 'after COPY' : 'code';
    this.#setText = undefined;
    this.#statement = new SqlStatement();
    this.#previous = 0;
    return turn;
  }

  #begin(): void {
    this.#hooks.onToken();
    this.#isStarted = true;
    this.#afterEscapeString = 0;
  }

  #mark(character: string): void {
    this.endWord();
    this.#begin();
    this.#statement.mark(character);
    this.#token = 'operator';
  }

  endWord(): void {
    if (this.#token === 'word') {
      this.#statement.word(this.#word);
      if (this.#statement.isSet && !this.#setText) this.#setText = [...Buffer.from('set ')];
    }
    this.#token = 'none';
  }
}

/**
 * What psql remembers of the statement it is in: enough to know where it ends and whether COPY data follows. Words are
 * unquoted and in lower case.
 */
export class SqlStatement {
  #words = 0;
  #first = '';
  #opening = '';
  #previous = '';
  #parentheses = 0;
  #blocks = 0;
  #copiesFromStdin = false;

  get isEmpty(): boolean {
    return this.#first === '';
  }

  get isSet(): boolean {
    return this.#first === 'set';
  }

  /** Whether its data stands in the file, from the next line on. */
  get copiesFromStdin(): boolean {
    return this.#copiesFromStdin;
  }

  /** Whether a semicolon ends it: not inside parentheses, and not between BEGIN ATOMIC and END of a routine. */
  get endsAtSemicolon(): boolean {
    return this.#parentheses === 0 && this.#blocks === 0;
  }

  /** Anything that is no word. */
  mark(character: string): void {
    if (this.#first === '') this.#first = character;
    this.#previous = '';
  }

  open(): void {
    this.mark('(');
    this.#parentheses += 1;
  }

  close(): void {
    this.mark(')');
    this.#parentheses = Math.max(this.#parentheses - 1, 0);
  }

  word(word: string): void {
    if (this.#first === '') this.#first = word;
    this.#words += 1;
    if (this.#words <= 4) this.#opening += `${word} `;
    if (this.#first === 'copy' && this.#previous === 'from' && word === 'stdin' && this.#parentheses === 0) {
      this.#copiesFromStdin = true;
    }
    this.#previous = word;
    if (this.#parentheses > 0 || !/^create (or replace )?(function|procedure) /.test(this.#opening)) return;
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) this.#blocks += 1;
    if (word === 'end' && this.#blocks > 0) this.#blocks -= 1;
  }
}

// In these a byte of a character may be a backslash; psql reads characters, we read bytes.
const UNSAFE_ENCODINGS =
  /^(sjis|shift_?jis|shift_jis_2004|mskanji|win932|windows932|big5|win950|windows950|gbk|win936|windows936|uhc|win949|windows949|gb18030|johab)$/i;

/** Why a SET statement cannot be allowed: it would let psql read what follows otherwise than it was checked. */
export function objectionToSet(text: string): string | undefined {
  const match =
    /^\s*set\s+(?:(?:session|local)\s+)?(?<name>names|client_encoding|standard_conforming_strings)\b\s*(?:=|to\b)?\s*'?(?<value>[\w-]*)/i.exec(
      text,
    );
  if (!match?.groups) return undefined;
  const { name = '', value = '' } = match.groups;
  if (/^standard/i.test(name)) {
    return /^(on|true|yes|1|default)$/i.test(value) ? undefined : 'it turns standard_conforming_strings off';
  }
  return UNSAFE_ENCODINGS.test(value.replaceAll('-', '_'))
    ? `its encoding is ${value}; make it again with pg_dump --encoding=UTF8`
    : undefined;
}

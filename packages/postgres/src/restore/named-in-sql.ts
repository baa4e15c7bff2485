import { NEWLINE } from './sql-bytes.ts';

/** pg_dump writes such a statement on one line. Longer lines that begin alike are rows. */
const MAX_LINE_BYTES = 2_000;
/** Nobody has more; a hostile file may. */
const MAX_NAMES = 1_000;

const BEGINNINGS = ['ALTER ', 'GRANT ', 'REVOKE ', 'CREATE POLICY ', 'CREATE EXTENSION '].map((text) =>
  Buffer.from(`\n${text}`),
);
const NAME = /"(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/.source;
const ROLES = [
  new RegExp(`^ALTER .+ OWNER TO (${NAME});$`),
  new RegExp(`^ALTER DEFAULT PRIVILEGES FOR ROLE (${NAME}) `),
  new RegExp(`^GRANT .+ TO (${NAME})(?: WITH GRANT OPTION)?;$`),
  new RegExp(`^REVOKE .+ FROM (${NAME});$`),
  new RegExp(`^ALTER DEFAULT .+ (?:TO|FROM) (${NAME})(?: WITH GRANT OPTION)?;$`),
  new RegExp(`^CREATE POLICY .+ TO (${NAME})(?: USING| WITH CHECK|;)`),
];
const EXTENSION = new RegExp(`^CREATE EXTENSION (?:IF NOT EXISTS )?(${NAME})`);

/**
 * Collects the roles and extensions that plain SQL names. It looks at lines, not at statements: a row or a string that
 * looks like one adds a name that nobody needs, and none is missed that pg_dump writes. Cut anywhere.
 */
export class NamedInSql {
  readonly #roles = new Set<string>();
  readonly #extensions = new Set<string>();
  #kept: Buffer = Buffer.from('\n');

  push(bytes: Uint8Array): void {
    const text = Buffer.concat([this.#kept, bytes]);
    for (const beginning of BEGINNINGS) {
      for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
        const end = text.indexOf(NEWLINE, at + 1);
        if (end > 0 && end - at <= MAX_LINE_BYTES) this.#line(text.toString('utf8', at + 1, end));
      }
    }
    const last = text.lastIndexOf(NEWLINE);
    this.#kept = Buffer.from(
      text.subarray(last < 0 ? -MAX_LINE_BYTES : Math.max(last, text.length - MAX_LINE_BYTES)),
    );
  }

  roles(): readonly string[] {
    const others = ['public', 'current_user', 'session_user', 'current_role'];
    return [...this.#roles].filter((name) => !others.includes(name)).sort();
  }

  extensions(): readonly string[] {
    return [...this.#extensions].sort();
  }

  #line(line: string): void {
    const plain = line.replace(/\r$/, '');
    const extension = EXTENSION.exec(plain)?.[1];
    if (extension !== undefined) add(this.#extensions, extension);
    for (const pattern of ROLES) {
      const role = pattern.exec(plain)?.[1];
      if (role !== undefined) add(this.#roles, role);
    }
  }
}

function add(names: Set<string>, written: string): void {
  if (names.size >= MAX_NAMES) return;
  names.add(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
}

import { quoteLiteral } from '../connection/quote.ts';

/** What pg_restore writes before the first object. */
const FIRST_OBJECT = '\n--\n-- Name: ';
const DROP = /^(DROP |ALTER TABLE IF EXISTS |SELECT pg_catalog\.lo_unlink\()/;

/**
 * The script of `pg_restore --clean`, with its opening DROPs forgiving: it drops the keys of a partition by themselves,
 * which PostgreSQL refuses because they go with their parent's. What really stays makes its CREATE fail later.
 */
export async function* tolerateDrops(script: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of script) {
    if (!head) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(FIRST_OBJECT);
    if (end < 0) continue;
    yield Buffer.from(tolerant(head.subarray(0, end).toString('utf8')));
    yield head.subarray(end);
    head = undefined;
  }
  if (head) yield Buffer.from(tolerant(head.toString('utf8')));
}

function tolerant(head: string): string {
  const out: string[] = [];
  let statement: string | undefined;
  for (const line of head.split('\n')) {
    // A name may hold a line break, so a statement goes on to its semicolon.
    if (statement === undefined && !DROP.test(line)) {
      out.push(line);
      continue;
    }
    statement = statement === undefined ? line : `${statement}\n${line}`;
    if (!line.endsWith(';')) continue;
    out.push(forgiving(statement));
    statement = undefined;
  }
  if (statement !== undefined) out.push(statement);
  return out.join('\n');
}

const forgiving = (statement: string): string =>
  `do ${quoteLiteral(
    `begin execute ${quoteLiteral(statement)}; exception when invalid_table_definition then null; when dependent_objects_still_exist then raise warning 'not dropped: %', sqlerrm; end`,
  )};`;

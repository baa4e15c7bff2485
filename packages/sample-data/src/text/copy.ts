import { Writer } from './writer.ts';

/** One `COPY … FROM stdin` block. */
export type CopyBlock = {
  /** As SQL spells it, schema first. */
  readonly table: string;
  /** As SQL spells them, separated by commas. */
  readonly columns: string;
  /** Writes row after row, each ending in a newline, and stops now and then so that they can be taken. */
  readonly rows: (out: Writer) => Iterable<void>;
};

/** How COPY spells NULL. */
export const NULL = '\\N';

/** The statement, its rows and the end mark, as psql reads them, in chunks made as they are taken. */
export function* copyStatement({ table, columns, rows }: CopyBlock): Generator<Uint8Array> {
  yield Buffer.from(`\nCOPY ${table} (${columns}) FROM stdin;\n`);
  yield* inChunks(rows);
  yield Buffer.from('\\.\n\n');
}

/** Chunks of about 256 KiB, larger only where one step writes more. */
export function* inChunks(write: (out: Writer) => Iterable<void>): Generator<Uint8Array> {
  const out = new Writer();
  const steps = write(out)[Symbol.iterator]();
  while (steps.next().done !== true) if (out.isFull) yield out.take();
  yield out.take();
}

const SPECIAL = /[\\\n\r\t\b\f\v]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/** A value for COPY's text format. */
export function copyText(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll(/[\\\n\r\t\b\f\v]/g, (found) => ESCAPES[found] ?? found);
}

/** An array literal, its items quoted; not yet escaped for COPY. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** A row literal of a composite type, its fields quoted; not yet escaped for COPY. */
export function rowText(fields: readonly string[]): string {
  return `(${fields.map((field) => `"${field.replaceAll(/["\\]/g, '$&$&')}"`).join(',')})`;
}

import { byte, exactly, int, notADump, skipString, string, type Parser } from './parsing.ts';

export type TocEntry = {
  readonly dumpId: number;
  /** As pg_restore words it: TABLE, TABLE DATA, SEQUENCE SET, BLOBS, … */
  readonly kind: string;
  readonly schema: string | undefined;
  readonly name: string;
  readonly owner: string | undefined;
  readonly hasData: boolean;
  readonly dependencies: readonly number[];
  /** The file with its data, in the directory format. */
  readonly file: string | undefined;
};

/** A dump's table of contents, as majors 13 to 18 write it. */
export type Toc = {
  readonly format: 'custom' | 'directory';
  /** By pg_dump itself, so that the lengths of data blocks are not those of the data. */
  readonly isCompressed: boolean;
  readonly entries: readonly TocEntry[];
};

export const MAGIC = 'PGDMP';

const CUSTOM = 1;
/** The directory format calls itself tar: its files are those of pg_dump's own tar format. */
const DIRECTORY = 3;

/** 1.14 is written by 12 to 15, 1.15 by 16, 1.16 by 17 and 18. */
const OLDEST_MINOR = 14;
const NEWEST_MINOR = 16;
const INT_SIZE = 4;
const DATE_INTS = 7;
const NAMES_IN_HEAD = 3;

/**
 * Reads the head and the table of contents; the data of the custom format comes right behind. undefined for a version
 * that is not known here; pg_restore may know it. Throws invalid_backup or archive_truncated.
 */
export function* readToc(): Parser<Toc | undefined> {
  if ((yield* exactly(MAGIC.length)).toString('latin1') !== MAGIC) throw notADump('it does not begin so');
  const major = yield* byte();
  const minor = yield* byte();
  yield* byte(); // the revision, always 0
  if (major !== 1 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) return undefined;
  const intSize = yield* byte();
  const offsetSize = yield* byte();
  const format = yield* byte();
  if (intSize !== INT_SIZE || (format !== CUSTOM && format !== DIRECTORY)) return undefined;
  const isCompressed = (minor >= 15 ? yield* byte() : yield* int()) !== 0;
  for (let left = DATE_INTS; left > 0; left -= 1) yield* int();
  for (let left = NAMES_IN_HEAD; left > 0; left -= 1) yield* skipString();

  const count = yield* int();
  const entries: TocEntry[] = [];
  while (entries.length < count) entries.push(yield* readEntry(minor, format === CUSTOM ? offsetSize : 0));
  return { format: format === CUSTOM ? 'custom' : 'directory', isCompressed, entries };
}

function* readEntry(minor: number, offsetSize: number): Parser<TocEntry> {
  const dumpId = yield* int();
  const hasData = (yield* int()) !== 0;
  yield* skipString(); // the catalog's own ids
  yield* skipString();
  const name = (yield* string()) ?? '';
  const kind = (yield* string()) ?? '';
  yield* int(); // the section
  for (let statements = 3; statements > 0; statements -= 1) yield* skipString();
  const schema = yield* string();
  yield* skipString(); // the tablespace
  yield* skipString(); // the access method
  if (minor >= 16) yield* int(); // the kind of relation
  const owner = yield* string();
  yield* skipString(); // whether it has OIDs, which no longer exist
  const dependencies: number[] = [];
  for (let id = yield* string(); id !== undefined; id = yield* string()) dependencies.push(Number(id));
  let file: string | undefined;
  if (offsetSize > 0) yield -(1 + offsetSize);
  else file = fileOf(minor, kind, yield* string());
  return {
    dumpId,
    kind,
    schema: schema === '' ? undefined : schema,
    name,
    owner: owner === '' ? undefined : owner,
    hasData,
    dependencies,
    file,
  };
}

/** Before 1.16 there is one list of large objects, and what the table of contents calls it need not be its name. */
function fileOf(minor: number, kind: string, written: string | undefined): string | undefined {
  if (written === undefined || written === '') return undefined;
  return kind === 'BLOBS' && minor < 16 ? 'blobs.toc' : written;
}

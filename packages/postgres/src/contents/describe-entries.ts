import { dumpIdOf, whatOf } from '../restore/plan-entries.ts';
import type { Toc } from './toc.ts';

/** One object of a dump, or the data of one. */
export type ContentsEntry = {
  /** As pg_restore words it: TABLE, TABLE DATA, INDEX, ACL, BLOBS, … */
  readonly kind: string;
  readonly schema?: string;
  readonly name: string;
  readonly owner?: string;
  /** Bytes of the data as text: of TABLE DATA and BLOBS, in an uncompressed dump of a version that is known here. */
  readonly sizeBytes?: number;
};

/** The lines of `pg_restore --list`, told apart by the table of contents itself: lines cannot say where a name ends. */
export function describeEntries(
  lines: readonly string[],
  toc: Toc | undefined,
  sizes: ReadonlyMap<number, number> = new Map(),
): readonly ContentsEntry[] {
  const known = new Map(toc?.entries.map((entry) => [entry.dumpId, entry]));
  return lines.map((line) => {
    const entry = known.get(dumpIdOf(line)) ?? readLine(line);
    const sizeBytes = sizes.get(dumpIdOf(line));
    return {
      kind: entry.kind,
      ...(entry.schema === undefined ? {} : { schema: entry.schema }),
      name: entry.name,
      ...(entry.owner === undefined ? {} : { owner: entry.owner }),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    };
  });
}

/** `KIND schema name owner`, kinds in capitals; a schema or an owner with a space in it is not told from the name. */
function readLine(line: string): {
  readonly kind: string;
  readonly schema: string | undefined;
  readonly name: string;
  readonly owner: string | undefined;
} {
  const [, kind = '', schema = '', name = '', owner = ''] =
    /^([A-Z]+(?: [A-Z]+)*) (\S+) (.*) (\S*)$/.exec(whatOf(line)) ?? [];
  return {
    kind: kind === '' ? whatOf(line) : kind,
    schema: schema === '-' || schema === '' ? undefined : schema,
    name,
    owner: owner === '' ? undefined : owner,
  };
}

import { abortable } from '../bytes/abortable.ts';
import { peek } from '../bytes/peek.ts';
import { withTocOfTar } from '../contents/tar-contents.ts';
import { askPgRestore } from '../restore/ask-pg-restore.ts';
import type { DumpInput } from '../restore/dump-input.ts';
import { judgeRestoreFailure } from '../restore/judge-restore-failure.ts';
import type { ContentsOptions } from '../restore/read-contents.ts';
import { BLOCK_BYTES, isTarHeader } from '../tar/header.ts';

/**
 * Owners and privileges are worded relative to the owner, who is another one in a drill. A privilege that cannot be
 * granted fails the restore itself.
 */
export const SCHEMA_ARGUMENTS = [
  '--schema-only',
  '--no-owner',
  '--no-privileges',
  '--no-tablespaces',
] as const;

/**
 * What `pg_dump --schema-only` would write of the database, out of the beginning of its dump in the custom format, or of
 * the tar of a parallel one: so the server's catalogs are read once. Reads no further than the table of contents.
 */
export async function schemaOfDump(options: ContentsOptions): Promise<string> {
  const { first, source } = await peek(abortable(options.source, options.signal), BLOCK_BYTES);
  const read = async (input: DumpInput): Promise<string> => {
    const end = await askPgRestore(options, input, [...SCHEMA_ARGUMENTS, '--file=-']);
    if (end.code !== 0) throw judgeRestoreFailure('the table of contents', end);
    return end.stdout.toString('utf8');
  };
  return isTarHeader(first) ? withTocOfTar(source, read) : read({ format: 'custom', source });
}

import { join } from 'node:path';
import { abortable } from '../bytes/abortable.ts';
import { peek } from '../bytes/peek.ts';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { feedChild } from '../child/feed-child.ts';
import { startChild } from '../child/start-child.ts';
import { readTarContents } from '../contents/tar-contents.ts';
import { BLOCK_BYTES, isTarHeader } from '../tar/header.ts';
import { judgeRestoreFailure } from './judge-restore-failure.ts';
import { readContents, type ContentsOptions } from './read-contents.ts';

/**
 * Parses a dump in the custom format, or the tar of a parallel one, to its end, with no server and in an empty environment. Throws invalid_backup or
 * archive_truncated; the source's own error wins. Data is read whole, but only a restore knows whether it fits.
 */
export async function checkDumpStructure(options: ContentsOptions): Promise<{ readonly tocEntries: number }> {
  const { first, source } = await peek(abortable(options.source, options.signal), BLOCK_BYTES);
  if (!isTarHeader(first)) return checkCustom({ ...options, source });
  return { tocEntries: (await readTarContents({ ...options, source })).length };
}

async function checkCustom(options: ContentsOptions): Promise<{ readonly tocEntries: number }> {
  const { entries, source } = await readContents(options);
  const stop = new AbortController();
  const child = startChild({
    file: join(options.tools.dir, 'pg_restore'),
    args: ['--format=custom', '--file=/dev/null'],
    environment: BARE_ENVIRONMENT,
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdin: 'pipe',
  });
  const end = await feedChild(child, source, { stop: (reason) => stop.abort(reason) });
  if (end.code !== 0) throw judgeRestoreFailure('the dump', end);
  return { tocEntries: entries.length };
}

import { join } from 'node:path';
import { collectChild } from '../child/collect-child.ts';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { feedChild } from '../child/feed-child.ts';
import { startChild } from '../child/start-child.ts';
import type { Tools } from '../tools/tools.ts';
import { judgeRestoreFailure } from './judge-restore-failure.ts';
import { replayable } from './replayable.ts';

export type Contents = {
  /** One line per object, as `pg_restore --list` words them. */
  readonly entries: readonly string[];
  /** The whole source from its first byte, once. In memory stays the table of contents and a pipe's worth more. */
  readonly source: AsyncIterable<Uint8Array>;
};

export type ContentsOptions = {
  readonly tools: Tools;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
};

const MAX_LIST_BYTES = 256 * 1024 * 1024;

/** The table of contents at the beginning of a dump. Throws invalid_backup or archive_truncated; the source's own error wins. */
export async function readContents(options: ContentsOptions): Promise<Contents> {
  const source = replayable(options.source);
  try {
    const entries = await list(options, source.beginning());
    return { entries, source: source.replay() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function list(
  options: ContentsOptions,
  beginning: AsyncIterable<Uint8Array>,
): Promise<readonly string[]> {
  const stop = new AbortController();
  const child = startChild({
    file: join(options.tools.dir, 'pg_restore'),
    args: ['--format=custom', '--list'],
    environment: BARE_ENVIRONMENT,
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdin: 'pipe',
    stdout: 'pipe',
  });
  const limits = { maxBytes: MAX_LIST_BYTES, stop: (reason: Error) => stop.abort(reason) };
  const collecting = collectChild(child, limits);
  collecting.catch(() => undefined); // awaited below; the source's error comes first
  await feedChild(child, beginning, { ...limits, readToEnd: false });
  const end = await collecting;
  if (end.code !== 0) throw judgeRestoreFailure('the table of contents', end);
  return end.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => /^\d+; /.test(line));
}

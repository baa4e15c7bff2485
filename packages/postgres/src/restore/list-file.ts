import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `use` with a file for `pg_restore --use-list`; gone afterwards. */
export async function withListFile<T>(
  entries: readonly string[],
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-list-'));
  try {
    const path = join(folder, 'entries');
    await writeFile(path, entries.map((entry) => `${entry}\n`).join(''), { mode: 0o600 });
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

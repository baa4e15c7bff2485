import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryFolder } from './temporary-folder.ts';

/** Runs `use` with a file for `pg_restore --use-list`; gone afterwards. */
export const withListFile = <T>(entries: readonly string[], use: (path: string) => Promise<T>): Promise<T> =>
  withTemporaryFolder(async (folder) => {
    const path = join(folder, 'entries');
    await writeFile(path, entries.map((entry) => `${entry}\n`).join(''), { mode: 0o600 });
    return use(path);
  });

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools } from '@holdfast/postgres';
import type { startTestPostgres } from '@holdfast/testing';
import { measure, median, megabytes, table } from './measure.ts';
import { backUpOnce } from './once.ts';

/** Two jobs against `pg_dump -Fd -j2 -Z1`. */
export async function benchParallel(
  server: Awaited<ReturnType<typeof startTestPostgres>>,
  rounds: number,
): Promise<string> {
  const tools = (await findTools()).at(-1);
  const pgDump = join(tools?.dir ?? '', 'pg_dump');
  const url = server.url('bench');
  const dir = await mkdtemp(join(tmpdir(), 'hf-bench-'));
  const ours: number[] = [];
  const theirs: number[] = [];
  let [ourBytes, theirBytes] = [0, 0];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const out = join(dir, `directory-${round}`);
      theirs.push((await measure([pgDump, '-Fd', '-j2', '-Z1', '-f', out, url])).seconds);
      theirBytes = Number((await measure(['du', '-sb', out])).text.split('\t')[0]);
      await rm(out, { recursive: true });
      const made = await backUpOnce(url, dir, 'full', 2);
      ours.push(made.seconds);
      ourBytes = made.storedBytes;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const ratio = median(ours) / median(theirs);
  return table(`Two jobs, medians of ${rounds}`, [
    { what: '`pg_dump -Fd -j2 -Z1`', figure: `${median(theirs).toFixed(1)} s, ${megabytes(theirBytes)} MB` },
    {
      what: 'Holdfast backup, two jobs, against it',
      figure: `${median(ours).toFixed(1)} s, ${ratio.toFixed(2)} ×`,
      goal: '≤ 1.05 ×',
      holds: ratio <= 1.05,
    },
    {
      what: 'its size, against it',
      figure: `${megabytes(ourBytes)} MB, ${(ourBytes / theirBytes).toFixed(2)} ×`,
      goal: '< 1.00 ×',
      holds: ourBytes < theirBytes,
    },
  ]);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from '@holdfast/archive';
import { findTools } from '@holdfast/postgres';
import { generateSample } from '@holdfast/sample-data';
import type { startTestPostgres } from '@holdfast/testing';
import { measure, median, megabytes, table, type Row } from './measure.ts';
import { backUpOnce, checksumRate, restoreOnce, type Once } from './once.ts';

type Server = Awaited<ReturnType<typeof startTestPostgres>>;
export async function loadSample(server: Server, database: string, size: number): Promise<void> {
  await server.createDatabase(database);
  await server.load(database, generateSample({ megabytes: size, seed: 1 }));
}

/** Ours against pg_dump and pg_restore, turn by turn in one sitting, so that the machine's moods hit both. */
export async function benchDumpAndRestore(server: Server, size: number, rounds: number): Promise<string> {
  const tools = (await findTools()).at(-1);
  if (!tools) throw new Error('no PostgreSQL client tools');
  const dir = await mkdtemp(join(tmpdir(), 'hf-bench-'));
  try {
    const url = server.url('bench');
    const pgDump = join(tools.dir, 'pg_dump');
    const times = {
      raw: [] as number[],
      gzip: [] as number[],
      zstd: [] as number[],
      ours: [] as number[],
      restore: [] as number[],
      pgRestore: [] as number[],
    };
    let gzipBytes = 0;
    let last: Awaited<ReturnType<typeof backUpOnce>> | undefined;
    let restorePeakBytes = 0;
    let zstdBytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      times.raw.push(
        (await measure(['sh', '-c', `exec "$0" -Fc -Z0 "$1" > /dev/null`, pgDump, url])).seconds,
      );
      const piped = await measure(['sh', '-c', `"$0" -Fc -Z0 "$1" | zstd -3 -T0 -q | wc -c`, pgDump, url]);
      times.zstd.push(piped.seconds);
      zstdBytes = Number(piped.text);
      last = await backUpOnce(url, dir);
      times.ours.push(last.seconds);
    }
    const gzip = await measure(['sh', '-c', `"$0" -Fc "$1" | wc -c`, pgDump, url]);
    gzipBytes = Number(gzip.text);
    times.gzip.push(gzip.seconds);
    if (!last) throw new Error('no round was run');
    const { recipient } = await generateIdentity();
    const encrypted = await backUpOnce(url, dir, 'full', 1, recipient);
    const checksum = { plain: await checksumRate(dir, last), encrypted: await checksumRate(dir, encrypted) };

    const raw = join(dir, 'raw.dump');
    await measure([pgDump, '-Fc', '-Z0', '-f', raw, url]);
    for (let round = 0; round < rounds; round += 1) {
      await server.createDatabase(`ours_${round}`);
      await server.createDatabase(`theirs_${round}`);
      times.pgRestore.push(
        (await measure([join(tools.dir, 'pg_restore'), '-d', server.url(`theirs_${round}`), raw])).seconds,
      );
      const ours = await restoreOnce(server.url(`ours_${round}`), dir, last.filename);
      times.restore.push(ours.seconds);
      restorePeakBytes = ours.peakBytes;
      await server.psql(`drop database ours_${round}`);
      await server.psql(`drop database theirs_${round}`);
    }
    return table(
      `Dump and restore, sample of ${size} MB, dump of ${megabytes(last.rawBytes)} MB, medians of ${rounds}`,
      [...rowsOf(times, last, { gzipBytes, zstdBytes, restorePeakBytes }), checksumRow(checksum)],
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function rowsOf(
  times: Readonly<Record<'raw' | 'gzip' | 'zstd' | 'ours' | 'restore' | 'pgRestore', readonly number[]>>,
  ours: Once,
  others: { readonly gzipBytes: number; readonly zstdBytes: number; readonly restorePeakBytes: number },
): Row[] {
  const { gzipBytes, zstdBytes, restorePeakBytes } = others;
  const wall = median(times.ours);
  const toRaw = wall / median(times.raw);
  const toGzip = wall / median(times.gzip);
  const toRestore = median(times.restore) / median(times.pgRestore);
  const seconds = (value: number): string => `${value.toFixed(1)} s`;
  return [
    { what: '`pg_dump -Fc -Z0 >/dev/null`', figure: seconds(median(times.raw)) },
    { what: '`pg_dump -Fc` (gzip 6)', figure: `${seconds(median(times.gzip))}, ${megabytes(gzipBytes)} MB` },
    {
      what: '`pg_dump -Fc -Z0 | zstd -3 -T0`',
      figure: `${seconds(median(times.zstd))}, ${megabytes(zstdBytes)} MB`,
    },
    {
      what: 'Holdfast backup, zstd 3, fingerprint and roles included',
      figure: `${seconds(wall)}, ${megabytes(ours.storedBytes)} MB`,
    },
    {
      what: 'against `pg_dump -Fc -Z0`',
      figure: `${toRaw.toFixed(2)} ×`,
      goal: '≤ 1.35 ×',
      holds: toRaw <= 1.35,
    },
    {
      what: 'against `pg_dump -Fc`',
      figure: `${toGzip.toFixed(2)} ×`,
      goal: '≤ 0.40 ×',
      holds: toGzip <= 0.4,
    },
    {
      what: 'size against `pg_dump -Fc`',
      figure: `${(ours.storedBytes / gzipBytes).toFixed(2)} ×`,
      goal: '≤ 1.00 ×',
      holds: ours.storedBytes <= gzipBytes,
    },
    { what: '`pg_restore` of the raw dump, one job', figure: seconds(median(times.pgRestore)) },
    {
      what: 'Holdfast restore, one job, against it',
      figure: `${seconds(median(times.restore))}, ${toRestore.toFixed(2)} ×`,
      goal: '≤ 1.15 ×',
      holds: toRestore <= 1.15,
    },
    {
      what: 'peak memory of the process that dumps',
      figure: `${megabytes(ours.peakBytes)} MB`,
      goal: '< 250 MB',
      holds: ours.peakBytes < 250e6,
    },
    {
      what: 'peak memory of the process that restores',
      figure: `${megabytes(restorePeakBytes)} MB`,
      goal: '< 250 MB',
      holds: restorePeakBytes < 250e6,
    },
  ];
}

const checksumRow = ({ plain, encrypted }: { readonly plain: number; readonly encrypted: number }): Row => ({
  what: 'validation at level checksum, stored bytes for each second of one core, best of 3; encrypted',
  figure: `${plain.toFixed(0)} MB/s; ${encrypted.toFixed(0)} MB/s`,
  goal: '≥ 400 MB/s',
  holds: Math.min(plain, encrypted) >= 400,
});

/** Peak memory of one backup of a sample of `size` MB. */
export async function peakOf(server: Server, database: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'hf-bench-'));
  try {
    return (await backUpOnce(server.url(database), dir)).peakBytes;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

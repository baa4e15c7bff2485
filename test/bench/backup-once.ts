/** One backup by the engine in a process of its own, so that its peak memory can be measured. Its start is no part of the time: a worker runs already. */
import { backupRequestSchema } from '@holdfast/contracts';
import { compressionOf, createBackup, openKeyRing, openRepository } from '@holdfast/engine';
import { parseTarget } from '@holdfast/postgres';
import { newRunId } from '@holdfast/runs';
import { localStorage } from '@holdfast/storage';

const [url = '', dir = '', type = 'full', jobs = '1'] = process.argv.slice(2);
const storage = localStorage({ dir });
const startedAt = performance.now();
const manifest = await createBackup(
  {
    repository: openRepository(
      storage,
      openKeyRing({ BACKUP_AGE_RECIPIENTS: process.env['BENCH_RECIPIENT'] }, storage),
    ),
    worker: 'bench',
    release: 'bench',
    signal: new AbortController().signal,
    jobs: Number(jobs),
  },
  {
    database: { id: 'bench', target: parseTarget(url) },
    run: newRunId(),
    attempt: 1,
    requestedAt: new Date(),
    request: backupRequestSchema.parse({ type, trigger: 'bench', by: 'bench' }),
    compression: compressionOf({ enabled: true, codec: 'zstd', level: 6 }),
    maxChain: 100,
    lockTimeoutMs: 60_000,
    stallTimeoutMs: 300_000,
  },
);
console.log(
  JSON.stringify({
    filename: manifest.backup.filename,
    type: manifest.backup.type,
    rawBytes: manifest.backup.rawBytes,
    storedBytes: manifest.backup.sizeBytes,
    engineSeconds: (performance.now() - startedAt) / 1_000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

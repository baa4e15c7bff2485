/** One backup by the engine in a process of its own, so that its time and its peak memory can be measured. */
import { compressionOf, createBackup, openRepository } from '@holdfast/engine';
import { parseTarget } from '@holdfast/postgres';
import { newRunId } from '@holdfast/runs';
import { localStorage } from '@holdfast/storage';

const [url = '', dir = ''] = process.argv.slice(2);
const manifest = await createBackup(
  {
    repository: openRepository(localStorage({ dir })),
    worker: 'bench',
    release: 'bench',
    signal: new AbortController().signal,
  },
  {
    database: { id: 'bench', target: parseTarget(url) },
    run: newRunId(),
    attempt: 1,
    requestedAt: new Date(),
    request: { type: 'full', trigger: 'bench', description: '', by: 'bench' },
    compression: compressionOf({ enabled: true, codec: 'zstd', level: 6 }),
    maxChain: 14,
    lockTimeoutMs: 60_000,
    stallTimeoutMs: 300_000,
  },
);
console.log(
  JSON.stringify({
    filename: manifest.backup.filename,
    rawBytes: manifest.backup.rawBytes,
    storedBytes: manifest.backup.sizeBytes,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

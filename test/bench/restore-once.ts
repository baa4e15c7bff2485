/** One restore into a new database, validation and comparison left out as pg_restore does neither. */
import { fill, openRepository, toolsFor } from '@holdfast/engine';
import { parseTarget } from '@holdfast/postgres';
import { localStorage } from '@holdfast/storage';

const [url = '', dir = '', filename = ''] = process.argv.slice(2);
const repository = openRepository(localStorage({ dir }));
const manifest = await repository.find(filename);
const tools = await toolsFor(manifest.fingerprint.serverVersion);
const context = { repository, worker: 'bench', release: 'bench', signal: new AbortController().signal };
const startedAt = performance.now();
await fill(context, manifest, parseTarget(url), tools);
console.log(
  JSON.stringify({
    engineSeconds: (performance.now() - startedAt) / 1_000,
    rawBytes: manifest.backup.rawBytes,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

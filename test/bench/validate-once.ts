/** One validation at level checksum in a process of its own. Its start is no part of the time. */
import { openKeyRing, openRepository, validateBackup } from '@holdfast/engine';
import { localStorage } from '@holdfast/storage';

const [dir = '', reference = ''] = process.argv.slice(2);
const storage = localStorage({ dir });
const cpuBefore = process.cpuUsage();
const result = await validateBackup(
  {
    repository: openRepository(storage, openKeyRing({}, storage)),
    worker: 'bench',
    release: 'bench',
    signal: new AbortController().signal,
  },
  {
    reference,
    level: 'checksum',
    openDrillServer: () => Promise.reject(new Error('a checksum needs no server')),
  },
);
if (result.verdict !== 'valid') throw new Error(`${reference} is ${result.verdict}`);
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6 }));

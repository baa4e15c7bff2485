/** Validations at level checksum in a process of its own; the best counts, as a validator runs already when it is asked. */
import { openKeyRing, openRepository, validateBackup } from '@holdfast/engine';
import { localStorage } from '@holdfast/storage';

const ROUNDS = 3;

const [dir = '', reference = ''] = process.argv.slice(2);
const storage = localStorage({ dir });
const context = {
  repository: openRepository(storage, openKeyRing({}, storage)),
  worker: 'bench',
  release: 'bench',
  signal: new AbortController().signal,
};
let cpuSeconds = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round += 1) {
  const before = process.cpuUsage();
  const { verdict } = await validateBackup(context, {
    reference,
    level: 'checksum',
    openDrillServer: () => Promise.reject(new Error('a checksum needs no server')),
  });
  if (verdict !== 'valid') throw new Error(`${reference} is ${verdict}`);
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = Math.min(cpuSeconds, (user + system) / 1e6);
}
console.log(JSON.stringify({ cpuSeconds }));

import { daysUntilFull, keepSample } from '../judge-trend.ts';
import { judgeLevel } from '../judge-storage.ts';
import type { StorageMemory } from '../memory.ts';
import type { Limits, StorageSign } from '../signs.ts';
import { timeOf } from '../time-of.ts';
import type { Looked } from './look-at-storage.ts';

export const noStorageMemory: StorageMemory = { samples: [], level: 'ok' };

/** What a look at a destination means, and what is to be remembered of it. `at` is the time of the look. */
export function judgeLook(
  memory: StorageMemory,
  { totalBytes, ...looked }: Looked,
  at: string,
  limits: Pick<Limits, 'warnPercent' | 'criticalPercent'>,
): { readonly sign: StorageSign; readonly memory: StorageMemory } {
  const { usedBytes } = looked;
  // One that is away is as full as it was.
  if (usedBytes === undefined || totalBytes === undefined || totalBytes === 0)
    return { sign: { ...looked, level: memory.level }, memory };
  const samples = keepSample(
    memory.samples.map((sample) => ({ atMs: timeOf(sample.at) ?? 0, usedBytes: sample.usedBytes })),
    { atMs: timeOf(at) ?? 0, usedBytes },
  );
  const usedPercent = (usedBytes / totalBytes) * 100;
  const level = judgeLevel(memory.level, usedPercent, limits);
  const days = daysUntilFull(samples, { usedBytes, totalBytes });
  const isNew =
    samples.length > memory.samples.length || samples.at(-1)?.usedBytes !== memory.samples.at(-1)?.usedBytes;
  return {
    sign: { ...looked, usedPercent, level, ...(days === undefined ? {} : { daysUntilFull: days }) },
    memory: {
      samples: isNew ? [...memory.samples, { at, usedBytes }].slice(-samples.length) : memory.samples,
      level,
    },
  };
}

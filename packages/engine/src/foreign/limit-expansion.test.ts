import { expect, test } from 'vitest';
import { judgeExpansion } from './limit-expansion.ts';

const MiB = 1024 * 1024;

test.each([
  ['an ordinary dump', 10 * MiB, MiB, undefined],
  ['little out of nearly nothing', 60 * MiB, 10, undefined],
  ['a thousand times as much', 1_000 * MiB, MiB, undefined],
  ['more than that', 1_100 * MiB, MiB, /made to fill the disk/],
  ['what is not packed', 1_999 * MiB, 1_999 * MiB, undefined],
  ['what is too large', 2_001 * MiB, 2_001 * MiB, /BACKUP_FOREIGN_MAX_SIZE/],
])('%s', (_name, rawBytes, storedBytes, expected) => {
  const objection = judgeExpansion({ rawBytes, storedBytes }, 2_000 * MiB);
  if (expected) expect(objection).toMatch(expected);
  else expect(objection).toBeUndefined();
});

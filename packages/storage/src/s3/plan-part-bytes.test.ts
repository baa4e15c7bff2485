import { expect, test } from 'vitest';
import { MAX_PARTS, MIN_PART_BYTES, planPartBytes } from './plan-part-bytes.ts';

const MIB = 1 << 20;
const GIB = 1024 ** 3;

test.each([
  [1, 16 * MIB],
  [2, 16 * MIB],
  [5_000, 16 * MIB],
  [5_001, 32 * MIB],
  [5_500, 32 * MIB],
  [5_501, 64 * MIB],
  [9_000, 4 * GIB],
  [9_001, 5 * GIB],
  [10_000, 5 * GIB],
])('part %i has %i bytes', (partNumber, expected) => {
  expect(planPartBytes(partNumber, 16 * MIB)).toBe(expected);
});

test.each([
  [MIN_PART_BYTES, 3],
  [16 * MIB, 8],
  [64 * MIB, 13],
  [5 * GIB, 48],
])('10,000 parts that begin with %i bytes hold at least %i TiB', (firstBytes, tebibytes) => {
  let sum = 0;
  for (let part = 1; part <= MAX_PARTS; part += 1) sum += planPartBytes(part, firstBytes);
  expect(sum / 1024 ** 4).toBeGreaterThanOrEqual(tebibytes);
});

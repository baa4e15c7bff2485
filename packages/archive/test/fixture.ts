import { copyText, noise } from './bytes.ts';
import { withChangedLines } from './chains.ts';

/** The dump in the committed archives: begins as pg_dump's do, then text, zeros and noise; several chunks. */
export function fixtureRaw(): Buffer {
  return Buffer.concat([
    Buffer.from('PGDMP'),
    copyText(150_000, 42),
    Buffer.alloc(1_500_000),
    noise(50_000, 43),
    copyText(100_000, 44),
  ]);
}

export const FIXTURE_SHA256 = 'a8bbae729e43d6315639ff2c255f4816747e6462c4b4df6651558c5228e53ca2';

/** The dumps in the committed chain: text with rows changed all over, then also appended to. */
export function fixtureDumps(): readonly [Buffer, Buffer, Buffer] {
  const first = Buffer.concat([Buffer.from('PGDMP'), copyText(400_000, 51)]);
  const second = withChangedLines(first, 150, 52);
  const third = Buffer.concat([withChangedLines(second, 150, 53), copyText(30_000, 54)]);
  return [first, second, third];
}

export const CHAIN_SHA256: readonly string[] = [
  '77daf7cfec626a348486448cfa1f41986ff2cdbb751f8ad46e4c78e4b696d2b7',
  'd735576f9dd981074cd46b1bfa5daf034eec319d6595cd66c5870f075c92524f',
  '66df577218b9508ddd4d41edf19f9c61599920faee9ef93857af1adfb862c4d3',
];

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

/** Of a chain that has entries of every kind, and bases two generations away. */
export function mixedDumps(): readonly Buffer[] {
  const first = Buffer.concat(
    Array.from({ length: 60_000 }, (_, row) => Buffer.from(`${row}\tplain\trow ${(row * 7_919) % 10_007}\n`)),
  );
  const rowsChanged = Buffer.from(
    first.toString('latin1').replace(/plain\trow 11/g, 'other\trow 11'),
    'latin1',
  );
  const second = Buffer.concat([
    rowsChanged.subarray(0, 500_000),
    first.subarray(500_000),
    noise(30_000, 71),
  ]);
  const third = Buffer.concat([
    Buffer.from(
      second
        .subarray(0, 500_000)
        .toString('latin1')
        .replace(/row 12/g, 'row -12'),
      'latin1',
    ),
    second.subarray(500_000, 900_000),
    copyText(90_000, 72),
    second.subarray(900_000),
  ]);
  return [first, second, third];
}

export const CHAIN_SHA256: readonly string[] = [
  '77daf7cfec626a348486448cfa1f41986ff2cdbb751f8ad46e4c78e4b696d2b7',
  'd735576f9dd981074cd46b1bfa5daf034eec319d6595cd66c5870f075c92524f',
  '66df577218b9508ddd4d41edf19f9c61599920faee9ef93857af1adfb862c4d3',
];

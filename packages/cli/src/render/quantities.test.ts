import { expect, test } from 'vitest';
import { counted, formatAge, formatBytes, formatBytesOf, formatSpan } from './quantities.ts';

test.each([
  [0, '0 B'],
  [-5, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [4_200_000, '4.2 MB'],
  [99_949_999, '99.9 MB'],
  [99_950_000, '100 MB'],
  [999_499_999, '999 MB'],
  [999_500_000, '1.0 GB'],
  [148_148_136, '148 MB'],
  [4_812_000_000, '4.8 GB'],
  [2e15, '2.0 PB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

test.each([
  [31_200_000, 50_100_000, '31.2 of 50.1 MB'],
  [800_000, 50_100_000, '0.8 of 50.1 MB'],
  [120_000_000, 148_000_000, '120 of 148 MB'],
  [0, 812, '0 of 812 B'],
])('%d of %d', (part, whole, expected) => expect(formatBytesOf(part, whole)).toBe(expected));

test.each([
  [0, '0 ms'],
  [840, '840 ms'],
  [1_412, '1.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [42_400, '42 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_840_000, '1 h 4 min'],
  [86_400_000, '1 day'],
  [266_400_000, '3 days 2 h'],
])('%d ms are %s', (ms, expected) => expect(formatSpan(ms)).toBe(expected));

const NOW_MS = Date.parse('2026-11-24T16:00:00Z');
test.each([
  ['2026-11-24T15:59:58Z', 'just now'],
  ['2026-11-24T16:00:02Z', 'just now'],
  ['2026-11-24T15:59:18Z', '42 s ago'],
  ['2026-11-24T15:57:00Z', '3 min ago'],
  ['2026-11-24T11:00:00+00:00', '5 h ago'],
  ['2026-11-23T15:59:00Z', '1 day ago'],
  ['2026-11-12T10:00:00Z', '12 days ago'],
  ['2026-09-01T10:00:00Z', '2026-09-01'],
  ['2026-11-25T16:00:30Z', 'in 1 day'],
  ['2026-11-25T15:59:59Z', 'in 1 day'],
  ['2026-11-24T16:00:40Z', 'in 40 s'],
])('%s is %s', (timestamp, expected) => expect(formatAge(timestamp, NOW_MS)).toBe(expected));

test('counts are grouped and agree with their noun', () => {
  expect(counted(1, 'row')).toBe('1 row');
  expect(counted(120_431, 'row')).toBe('120,431 rows');
  expect(counted(0, 'entry', 'entries')).toBe('0 entries');
});

import { expect, test } from 'vitest';
import { sizeSchema } from './size.ts';

test.each([
  ['500000', 500_000],
  ['50MB', 50_000_000],
  ['50 mb', 50_000_000],
  ['1.5GiB', 1_610_612_736],
  ['2TB', 2e12],
  ['7B', 7],
])('%s is %i bytes', (text, bytes) => expect(sizeSchema.parse(text)).toBe(bytes));

test.each(['', '0', 'MB', '-5MB', '5 MBit', '1e3', '0.2'])('"%s" is none', (text) => {
  expect(sizeSchema.safeParse(text).success).toBe(false);
});

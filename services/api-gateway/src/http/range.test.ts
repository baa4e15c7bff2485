import { expect, test } from 'vitest';
import { parseRange } from './range.ts';

const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };
const part = (start: number, endExclusive: number) => ({ kind: 'part', start, endExclusive });

test.each([
  [undefined, 100, whole],
  ['bytes=0-9', 100, part(0, 10)],
  ['bytes=10-', 100, part(10, 100)],
  ['bytes=-10', 100, part(90, 100)],
  ['bytes=-1000', 100, part(0, 100)],
  ['bytes=0-1000', 100, part(0, 100)],
  ['bytes=99-99', 100, part(99, 100)],
  ['bytes = 5 - 6', 100, part(5, 7)],
  ['bytes=100-', 100, unsatisfiable],
  ['bytes=-0', 100, unsatisfiable],
  ['bytes=0-0', 0, unsatisfiable],
  ['bytes=-5', 0, unsatisfiable],
  ['bytes=9-5', 100, whole],
  ['bytes=-', 100, whole],
  ['bytes=0-1,5-6', 100, whole],
  ['items=0-1', 100, whole],
  ['bytes=a-b', 100, whole],
  ['bytes=0x1-', 100, whole],
  ['bytes=99999999999999999999-', 100, unsatisfiable],
])('%s of %i bytes', (header, sizeBytes, expected) => {
  expect(parseRange(header, sizeBytes)).toEqual(expected);
});

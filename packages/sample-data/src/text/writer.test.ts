import { expect, test } from 'vitest';
import { momentText } from './moments.ts';
import { randomFrom } from './random.ts';
import { word, Writer } from './writer.ts';

test.each([0, 7, 9, 10, 99, 100, 12_345, 999_999_999, 1_000_000_000, 2 ** 31 - 1])('number %i', (value) => {
  const out = new Writer();
  out.number(value);
  expect(out.takeText()).toBe(String(value));
});

test.each([
  [0, '00000000'],
  [0xdeadbeef, 'deadbeef'],
  [2 ** 32 - 1, 'ffffffff'],
])('hex of %i', (bits, digits) => {
  const out = new Writer();
  out.hex(bits);
  expect(out.takeText()).toBe(digits);
});

test('pieces of every kind follow one another, and room is made for more than a chunk', () => {
  const out = new Writer();
  const long = 'điểm 🎯'.repeat(60_000);
  out.word(word('câu '));
  out.number(5);
  out.tab();
  out.text(long);
  out.newline();
  expect(out.isFull).toBe(true);
  expect(Buffer.from(out.take()).toString()).toBe(`câu 5\t${long}\n`);
  expect(out.isFull).toBe(false);
  expect(out.take()).toHaveLength(0);
});

test('what was taken is not written over', () => {
  const out = new Writer();
  out.text('first');
  const taken = out.take();
  out.text('other');
  expect(Buffer.from(taken).toString()).toBe('first');
});

test.each(['2022-01-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '2025-12-31T09:05:07.060Z'])(
  'moment %s',
  (iso) => {
    expect(momentText(Date.parse(iso))).toBe(iso.replace('T', ' ').replace('Z', '+00'));
  },
);

test('random numbers stay in range, repeat with seed and name, and fill the range evenly', () => {
  const draw = (seed: number, name: string): readonly number[] => {
    const random = randomFrom(seed, name);
    return Array.from({ length: 20_000 }, () => random.below(10));
  };
  const draws = draw(1, 'a');
  expect(draw(1, 'a')).toEqual(draws);
  expect(draw(2, 'a')).not.toEqual(draws);
  expect(draw(2 ** 40 + 1, 'a')).not.toEqual(draws);
  expect(draw(1, 'b')).not.toEqual(draws);
  const counts = Array.from({ length: 10 }, (_, value) => draws.filter((each) => each === value).length);
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});

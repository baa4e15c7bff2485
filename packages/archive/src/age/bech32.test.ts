import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALICE } from '../../test/age-keys.ts';
import { decodeBech32 } from './bech32.ts';
import { generateIdentity } from './keys.ts';

const LETTERS = Array.from('qpzry9x8gf2tvdw0s3jn54khce6mua7l');

test('what the library writes is read', async () => {
  for (let round = 0; round < 50; round += 1) {
    const { identity, recipient } = await generateIdentity();
    expect(decodeBech32(identity)).toMatchObject({ prefix: 'age-secret-key-', bytes: { length: 32 } });
    expect(decodeBech32(recipient)).toMatchObject({ prefix: 'age', bytes: { length: 32 } });
  }
});

test('a known one gives its bytes', () => {
  expect(decodeBech32(ALICE.recipient)?.bytes.toString('hex')).toBe(
    '3c5c50e7fad21de0cbff3a6a34884beef3ad52855415720a437c0bd566020361',
  );
});

test('one or two letters that are not its own are seen', () => {
  const letter = fc.tuple(
    fc.integer({ min: 0, max: ALICE.recipient.length - 1 }),
    fc.constantFrom(...LETTERS),
  );
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 2 }), (changes) => {
      const letters = Array.from(ALICE.recipient);
      for (const [at, value] of changes) letters[at] = value;
      const text = letters.join('');
      fc.pre(text !== ALICE.recipient);
      expect(decodeBech32(text)).toBeUndefined();
    }),
  );
});

test.each([
  ['nothing', ''],
  ['no separator', 'age'],
  ['nothing but a separator', '1'],
  ['no prefix', ALICE.recipient.slice(3)],
  ['mixed case', `A${ALICE.recipient.slice(1)}`],
  ['a letter that is none', ALICE.recipient.replace(/.$/, 'b')],
  ['one letter less', ALICE.recipient.slice(0, -1)],
  ['one letter more', `${ALICE.recipient}q`],
])('%s is none', (_name, text) => {
  expect(decodeBech32(text)).toBeUndefined();
});

test('anything at all is answered', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(decodeBech32(text)?.prefix ?? '').toBeTypeOf('string');
    }),
  );
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coded,
  decrypt,
  EDGE_LENGTHS,
  encrypt,
  failureOf,
  KIB,
  openFile,
  partsOf,
} from '../../test/age-files.ts';
import { ALICE, BOB, EVE } from '../../test/age-keys.ts';
import { collect, inPieces, inRandomPieces, noise } from '../../test/bytes.ts';
import { decryptAge } from './decrypt-age.ts';
import { encryptAge } from './encrypt-age.ts';
import { isAge } from './find-header.ts';

/** Mostly short, sometimes by the edges of chunks. */
const length = fc.oneof(fc.nat(300), fc.nat(300 * KIB), fc.constantFrom(...EDGE_LENGTHS));

test('any content, in any pieces, comes back', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(length, fc.nat(), fc.nat(), async (length, seed, piecesSeed) => {
      const plain = noise(length, seed);
      const file = await collect(encryptAge(inRandomPieces(plain, piecesSeed), [ALICE.recipient]));
      expect(isAge(file)).toBe(true);
      const back = decryptAge(inRandomPieces(file, piecesSeed + 1), [ALICE.identity]);
      expect((await collect(back)).equals(plain)).toBe(true);
    }),
  );
});

test('byte by byte', async () => {
  const plain = noise(70_000);
  const file = await collect(encryptAge(inPieces(plain, 1), [ALICE.recipient, BOB.recipient]));
  expect((await collect(decryptAge(inPieces(file, 1), [BOB.identity]))).equals(plain)).toBe(true);
});

test.each(EDGE_LENGTHS)('%i bytes take 16 per chunk and come back', async (length) => {
  const plain = noise(length);
  const file = await encrypt(plain);
  const headerBytes = (await encrypt(Buffer.alloc(0))).length - 16;
  expect(file.length).toBe(headerBytes + length + 16 * Math.max(1, Math.ceil(length / (64 * KIB))));
  expect((await decrypt(file)).equals(plain)).toBe(true);
});

test('nothing of it shows, and no two files are alike', async () => {
  const plain = Buffer.alloc(300 * KIB, 'the same words again and again ');
  const [file, other] = [await encrypt(plain), await encrypt(plain)];
  expect(file.includes('again')).toBe(false);
  expect(partsOf(file).start.includes('age1')).toBe(false);
  expect(file.subarray(250, 400).equals(other.subarray(250, 400))).toBe(false);
});

test('the pieces are of 256 KiB or so', async () => {
  const sizes: number[] = [];
  for await (const piece of encryptAge(inPieces(noise(1000 * KIB), 999), [ALICE.recipient]))
    sizes.push(Math.round(piece.length / KIB));
  expect(sizes).toEqual([256, 256, 256, 232]);
});

test('the source may use its memory again once it is asked for more', async () => {
  const memory = Buffer.alloc(1000);
  const source = (async function* () {
    for (let piece = 0; piece < 300; piece += 1) yield memory.fill(piece);
  })();
  const file = await collect(encryptAge(source, [ALICE.recipient]));
  const expected = Buffer.concat(Array.from({ length: 300 }, (_, piece) => Buffer.alloc(1000, piece)));
  expect((await decrypt(file)).equals(expected)).toBe(true);
});

test('an age file is told by how it begins', async () => {
  expect(isAge((await encrypt(Buffer.alloc(0))).subarray(0, 19))).toBe(true);
  for (const other of ['', 'age-encryption.org', 'PGDMP', '-----BEGIN AGE ENCRYPTED FILE-----'])
    expect(isAge(Buffer.from(other))).toBe(false);
});

describe('recipients', () => {
  const plain = noise(1000);

  test('each opens it, whatever other identities are given', async () => {
    const file = await encrypt(plain, [ALICE.recipient, BOB.recipient]);
    for (const identities of [
      [ALICE.identity],
      [BOB.identity],
      [EVE.identity, BOB.identity],
      [BOB.identity, ALICE.identity],
    ])
      expect((await decrypt(file, identities)).equals(plain)).toBe(true);
  });

  test('as many as one likes, up to 500', async () => {
    const recipients = Array.from({ length: 499 }, () => EVE.recipient);
    const file = await encrypt(plain, [...recipients, BOB.recipient]);
    expect((await decrypt(file, [BOB.identity])).equals(plain)).toBe(true);
    expect(await (await openFile(file, [BOB.identity])).readRange(0, 1000)).toEqual(plain);
    expect(await failureOf(encrypt(plain, [...recipients, EVE.recipient, BOB.recipient]))).toEqual(
      coded('key_invalid'),
    );
  }, 120_000);

  test('none is key_missing', async () => {
    expect(await failureOf(encrypt(plain, []))).toEqual(coded('key_missing'));
  });

  test('what is none is key_invalid, and nothing is written', async () => {
    const pieces: Uint8Array[] = [];
    const work = async (recipient: string): Promise<void> => {
      for await (const piece of encryptAge(inPieces(plain), [BOB.recipient, recipient])) pieces.push(piece);
    };
    expect(await failureOf(work(ALICE.recipient.slice(0, -1)))).toEqual(coded('key_invalid'));
    // The point of order 1: everybody would share the secret.
    const zero = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';
    expect(await failureOf(work(zero))).toEqual(coded('key_invalid'));
    expect(pieces).toEqual([]);
  });
});

describe('identities', () => {
  const files = encrypt(noise(1000), [ALICE.recipient, BOB.recipient]);

  test.each([
    ['none', [], 'key_missing', /no identity is given/],
    [
      'a wrong one',
      [EVE.identity],
      'key_wrong',
      /^The one identity given does not open the file, which has 2 recip/,
    ],
    [
      'two wrong ones',
      [EVE.identity, EVE.identity],
      'key_wrong',
      /^None of the 2 identities given opens .* 2 recip/,
    ],
    [
      'one that is none',
      [ALICE.identity, 'AGE-SECRET-KEY-1QQQ'],
      'key_invalid',
      /^Identity 2 is no identity/,
    ],
    ['a recipient', [ALICE.recipient], 'key_invalid', /^Identity 1 is no identity/],
  ] as const)('%s', async (_name, identities, code, message) => {
    const file = await files;
    for (const work of [decrypt, openFile]) {
      const error = await failureOf(work(file, [...identities]));
      expect(error).toEqual(coded(code));
      expect(error).toEqual(expect.objectContaining({ message: expect.stringMatching(message) }));
      expect(String(error)).not.toContain('QQQ');
    }
  });
});

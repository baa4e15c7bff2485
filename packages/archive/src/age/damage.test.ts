import { describe, expect, test } from 'vitest';
import {
  coded,
  decrypt,
  encrypt,
  failureOf,
  openFile,
  partsOf,
  withFlippedBit,
} from '../../test/age-files.ts';
import { ALICE, BOB } from '../../test/age-keys.ts';
import { copyText, noise } from '../../test/bytes.ts';
import { AgeError } from './age-error.ts';
import { CHUNK_BYTES } from './payload.ts';

/** The ways to read a file to its end. */
const readers = [
  ['decryptAge', decrypt],
  ['openAge', async (file: Uint8Array) => (await openFile(file)).readRange(0, file.length)],
] as const;

const join = (start: Buffer, chunks: readonly Buffer[]): Buffer => Buffer.concat([start, ...chunks]);

describe.each(readers)('%s', { timeout: 120_000 }, (_name, read) => {
  const failure = (file: Uint8Array): Promise<unknown> => failureOf(read(file));

  test('a small file cut at any length is archive_truncated', async () => {
    const file = await encrypt(copyText(200), [ALICE.recipient, BOB.recipient]);
    expect(await failure(file)).toBeUndefined();
    for (let length = 0; length < file.length; length += 1)
      expect([length, await failure(file.subarray(0, length))]).toEqual([length, coded('archive_truncated')]);
  });

  test.each([
    ['with a short last chunk', 5 * CHUNK_BYTES + 1000],
    ['of full chunks', 5 * CHUNK_BYTES],
    ['with one byte in the last chunk', 4 * CHUNK_BYTES + 1],
  ])('a file %s cut around every edge of a chunk is archive_truncated', async (_name, length) => {
    const file = await encrypt(noise(length));
    const { start, chunks } = partsOf(file);
    expect(chunks.length).toBeGreaterThan(4);
    let edge = start.length;
    for (const chunk of [Buffer.alloc(0), ...chunks]) {
      edge += chunk.length;
      for (const beside of [-17, -16, -1, 0, 1, 16, 17]) {
        const at = edge + beside;
        if (at < file.length)
          expect([at, await failure(file.subarray(0, at))]).toEqual([at, coded('archive_truncated')]);
      }
    }
  });

  test('any flipped bit of a small file is seen', async () => {
    const file = await encrypt(copyText(100));
    const codes = new Map<string, number>();
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const error = await failure(withFlippedBit(file, bit));
      const code = error instanceof AgeError ? error.code : `bit ${bit}: ${String(error)}`;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // The only chunk is the last one: cut or changed cannot be told apart. key_wrong: the wrapped key.
    expect([...codes.keys()].sort()).toEqual([
      'archive_corrupt',
      'archive_foreign',
      'archive_truncated',
      'key_wrong',
    ]);
  });

  test('a flipped bit of a chunk that is not the last is archive_corrupt, wherever it is', async () => {
    const file = await encrypt(noise(3 * CHUNK_BYTES + 10));
    const { start, chunks } = partsOf(file);
    for (let at = start.length; at < file.length - (chunks.at(-1)?.length ?? 0); at += 4999)
      expect([at, await failure(withFlippedBit(file, at * 8 + (at % 8)))]).toEqual([
        at,
        coded('archive_corrupt'),
      ]);
  });

  test('a flipped bit in a last chunk that is full is archive_corrupt: it cannot have been cut', async () => {
    const file = await encrypt(noise(2 * CHUNK_BYTES));
    expect(await failure(withFlippedBit(file, file.length * 8 - 1))).toEqual(coded('archive_corrupt'));
  });

  test('chunks swapped, dropped or doubled are seen, whichever they are', async () => {
    const { start, chunks } = partsOf(await encrypt(noise(6 * CHUNK_BYTES + 500)));
    for (const [index, chunk] of chunks.entries()) {
      const isLast = index === chunks.length - 1;
      expect(await failure(join(start, chunks.toSpliced(index, 1)))).toEqual(
        isLast ? coded('archive_truncated') : coded('archive_corrupt', 'archive_truncated'),
      );
      expect(await failure(join(start, chunks.toSpliced(index, 0, chunk)))).toBeInstanceOf(AgeError);
      for (let other = index + 1; other < chunks.length; other += 1) {
        const swapped = chunks.with(index, chunks[other] ?? chunk).with(other, chunk);
        expect(await failure(join(start, swapped))).toEqual(coded('archive_corrupt', 'archive_truncated'));
      }
    }
  });

  test('chunks and starts of another file for the same recipient are seen', async () => {
    const mine = partsOf(await encrypt(noise(3 * CHUNK_BYTES)));
    const other = partsOf(await encrypt(noise(3 * CHUNK_BYTES)));
    for (const [index, chunk] of other.chunks.entries())
      expect(await failure(join(mine.start, mine.chunks.with(index, chunk)))).toEqual(
        coded('archive_corrupt'),
      );
    expect(await failure(join(other.start, mine.chunks))).toEqual(coded('archive_corrupt'));
    const nonce = Buffer.concat([mine.start.subarray(0, -16), other.start.subarray(-16)]);
    expect(await failure(join(nonce, mine.chunks))).toEqual(coded('archive_corrupt'));
  });

  test.each([
    ['a newline', Buffer.from('\n')],
    ['zeros to the end of a block', Buffer.alloc(512)],
    ['a whole chunk and more', noise(70_000)],
  ])('%s after the end is archive_corrupt', async (_name, appended) => {
    for (const length of [0, 100, CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 100])
      expect(await failure(Buffer.concat([await encrypt(noise(length)), appended]))).toEqual(
        coded('archive_corrupt'),
      );
  });

  test.each([1, 16, 17, 100])(
    '%i bytes after a last chunk that is full are archive_corrupt',
    async (length) => {
      const file = Buffer.concat([await encrypt(noise(2 * CHUNK_BYTES)), Buffer.alloc(length)]);
      expect(await failure(file)).toEqual(coded('archive_corrupt'));
    },
  );

  test('two files one after the other are not one', async () => {
    const file = await encrypt(noise(100_000));
    expect(await failure(Buffer.concat([file, file]))).toEqual(coded('archive_corrupt'));
  });

  test.each([
    ['a gzip file', Buffer.from('1f8b0800000000000003', 'hex'), /no age file/],
    ['one in text armor', Buffer.from('-----BEGIN AGE ENCRYPTED FILE-----\nYWdl'), /text armor/],
    ['one of another version', Buffer.from('age-encryption.org/v2\n-> X25519 '), /another version/],
  ])('%s is archive_foreign', async (_name, file, message) => {
    const error = await failure(file);
    expect(error).toEqual(coded('archive_foreign'));
    expect(error).toEqual(expect.objectContaining({ message: expect.stringMatching(message) }));
  });

  test('a header without an end is not read for ever', async () => {
    const file = Buffer.alloc(1 << 20, `-> X25519 ${'A'.repeat(50)}\n`);
    file.write('age-encryption.org/v1\n');
    expect(await failure(file)).toEqual(coded('archive_corrupt'));
  });

  test('every message says what to do next', async () => {
    const file = await encrypt(noise(100));
    expect(await failure(file.subarray(0, -1))).toEqual(
      expect.objectContaining({
        message: expect.stringMatching(/byte \d+.* Use another copy of it, or another backup\.$/),
      }),
    );
  });
});

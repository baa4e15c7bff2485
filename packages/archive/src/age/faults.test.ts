import { describe, expect, test } from 'vitest';
import { encrypt, failureOf } from '../../test/age-files.ts';
import { ALICE, BOB } from '../../test/age-keys.ts';
import { collect, inPieces, noise } from '../../test/bytes.ts';
import { decryptAge } from './decrypt-age.ts';
import { encryptAge } from './encrypt-age.ts';
import { rewrapAge } from './rewrap-age.ts';

const plain = noise(700_000);
const file = encrypt(plain);
type Work = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** A source that remembers how far it was asked, and whether it was ended. */
function watched(bytes: Uint8Array, failure?: Error) {
  let asked = 0;
  let ended = false;
  const source = (async function* () {
    try {
      for await (const piece of inPieces(bytes, 10_000)) {
        asked += piece.length;
        yield piece;
      }
      if (failure) throw failure;
    } finally {
      ended = true;
    }
  })();
  return { source, asked: () => asked, ended: () => ended };
}

describe.each<readonly [string, Work, Work, () => Promise<Uint8Array>]>([
  [
    'encryptAge',
    (source) => encryptAge(source, [ALICE.recipient]),
    (source) => encryptAge(source, ['age1']),
    async () => plain,
  ],
  [
    'decryptAge',
    (source) => decryptAge(source, [ALICE.identity]),
    (source) => decryptAge(source, [BOB.identity]),
    () => file,
  ],
  [
    'rewrapAge',
    (source) => rewrapAge(source, [ALICE.identity], [BOB.recipient]),
    (source) => rewrapAge(source, [BOB.identity], [BOB.recipient]),
    () => file,
  ],
])('%s', (name, work, workThatFails, input) => {
  test('a source that fails: the same error, wherever it fails', async () => {
    const bytes = await input();
    for (const after of [0, 100, 10_000, 400_000, bytes.length]) {
      const failure = new Error(`after ${after} bytes`);
      const { source } = watched(bytes.subarray(0, after), failure);
      expect(await failureOf(collect(work(source)))).toBe(failure);
    }
  });

  test('a reader that stops ends the source, which was not read ahead by more than a batch or two', async () => {
    const { source, asked, ended } = watched(await input());
    for await (const piece of work(source)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(ended()).toBe(true);
    expect(asked()).toBeLessThan(300_000);
  });

  test('an error of ours ends the source', async () => {
    const { source, asked, ended } = watched(await input());
    const failure = await failureOf(collect(workThatFails(source)));
    expect(failure).toMatchObject({ name: 'AgeError' });
    expect(asked()).toBeLessThan(30_000);
    // What was never begun has nothing to end.
    expect(ended()).toBe(name !== 'encryptAge');
  });
});

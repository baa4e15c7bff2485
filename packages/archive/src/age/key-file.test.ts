import { armor, Encrypter } from 'age-encryption';
import { describe, expect, test } from 'vitest';
import { coded, encrypt, failureOf, withFlippedBit } from '../../test/age-files.ts';
import { ALICE, BOB } from '../../test/age-keys.ts';
import { isAge } from './find-header.ts';
import { sealIdentity, unsealIdentity } from './key-file.ts';

/** What others may write: by the library alone, and cheap to open. */
async function sealedByOthers(text: string, workFactorLog2 = 10): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase('open sesame');
  encrypter.setScryptWorkFactor(workFactorLog2);
  return encrypter.encrypt(text);
}
const cheap = sealedByOthers(`# mine\n${ALICE.identity}\n`);

test('an identity comes back with its passphrase', async () => {
  const file = await sealIdentity(ALICE.identity, 'päss wörd');
  expect(isAge(file)).toBe(true);
  expect(Buffer.from(file).toString('latin1')).toMatch(/^age-encryption.org\/v1\n-> scrypt \S{22} 18\n/);
  expect(await unsealIdentity(file, 'päss wörd')).toBe(ALICE.identity);
});

test('a wrong passphrase is key_wrong, and not repeated', async () => {
  const error = await failureOf(unsealIdentity(await cheap, 'open barley'));
  expect(error).toEqual(coded('key_wrong'));
  expect(String(error)).not.toContain('barley');
});

test('other work goes on meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  await sealIdentity(ALICE.identity, 'x');
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});

test('files that others made, also in armor', async () => {
  const file = await cheap;
  expect(await unsealIdentity(file, 'open sesame')).toBe(ALICE.identity);
  const text = Buffer.from(`\n${armor.encode(file)}\n`);
  expect(await unsealIdentity(text, 'open sesame')).toBe(ALICE.identity);
  expect(await failureOf(unsealIdentity(text.subarray(0, -40), 'open sesame'))).toEqual(
    coded('archive_corrupt'),
  );
});

describe('refuses', () => {
  test('no passphrase', async () => {
    expect(await failureOf(sealIdentity(ALICE.identity, ''))).toEqual(coded('key_missing'));
    expect(await failureOf(unsealIdentity(await cheap, ''))).toEqual(coded('key_missing'));
  });

  test('to seal what is no identity', async () => {
    expect(await failureOf(sealIdentity(ALICE.recipient, 'x'))).toEqual(coded('key_invalid'));
  });

  test.each([
    ['several identities', `${ALICE.identity}\n${BOB.identity}\n`, /holds 2 identities/],
    ['none', '# nothing\n', /holds no identity/],
    ['something else', 'secret words', /^Line 1 of the identity file/],
  ])('a file with %s', async (_name, text, message) => {
    const error = await failureOf(unsealIdentity(await sealedByOthers(text), 'open sesame'));
    expect(error).toEqual(coded('key_invalid'));
    expect(error).toEqual(expect.objectContaining({ message: expect.stringMatching(message) }));
    expect(String(error)).not.toContain('secret words');
  });

  test('a file that no passphrase opens', async () => {
    const file = await encrypt(Buffer.from(ALICE.identity));
    expect(await failureOf(unsealIdentity(file, 'x'))).toEqual(coded('key_invalid'));
    expect(await failureOf(unsealIdentity(Buffer.from('no age file'), 'x'))).toEqual(
      coded('archive_foreign'),
    );
  });

  test('to take more memory than a machine has', async () => {
    const text = Buffer.from(await cheap)
      .toString('latin1')
      .replace(/ 10\n/, ' 21\n');
    const error = await failureOf(unsealIdentity(Buffer.from(text, 'latin1'), 'open sesame'));
    expect(error).toEqual(coded('key_invalid'));
    expect(error).toEqual(expect.objectContaining({ message: expect.stringContaining('2^21') }));
  });

  test('one that is cut, at any length', async () => {
    const file = await cheap;
    for (let length = 0; length < file.length; length += 1)
      expect([length, await failureOf(unsealIdentity(file.subarray(0, length), 'open sesame'))]).toEqual([
        length,
        coded('archive_truncated'),
      ]);
  });

  test('one with a flipped bit in any byte', async () => {
    const file = await cheap;
    for (let at = 0; at < file.length; at += 1) {
      const changed = withFlippedBit(file, at * 8 + (at % 8));
      expect([at, await failureOf(unsealIdentity(changed, 'open sesame'))]).toEqual([
        at,
        expect.objectContaining({ name: 'AgeError' }),
      ]);
    }
  });
});

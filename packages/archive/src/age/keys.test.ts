import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coded, failureOf } from '../../test/age-files.ts';
import { ALICE, BOB, EVE } from '../../test/age-keys.ts';
import { AgeError } from './age-error.ts';
import { generateIdentity, parseIdentityFile, parseRecipients, recipientOf } from './keys.ts';

function errorOf(work: () => unknown): AgeError {
  try {
    work();
  } catch (error) {
    if (error instanceof AgeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('recipients', () => {
  test.each([
    ['one', ALICE.recipient, [ALICE.recipient]],
    ['commas', `${ALICE.recipient},${BOB.recipient}`, [ALICE.recipient, BOB.recipient]],
    ['lines', `${ALICE.recipient}\r\n${BOB.recipient}\n`, [ALICE.recipient, BOB.recipient]],
    ['both', ` ${ALICE.recipient} ,\t${BOB.recipient}, `, [ALICE.recipient, BOB.recipient]],
    ['comments', `# who, when\n${ALICE.recipient} # me, myself\n#${EVE.recipient}`, [ALICE.recipient]],
    [
      'the same twice',
      `${BOB.recipient} ${ALICE.recipient} ${BOB.recipient}`,
      [BOB.recipient, ALICE.recipient],
    ],
    ['none', ' \n# nobody\n', []],
  ])('%s', (_name, text, recipients) => {
    expect(parseRecipients(text)).toEqual(recipients);
  });

  test.each([
    [
      'misspelt',
      ALICE.recipient.replace(/.$/, 'q'),
      /^Recipient 2, age183w9.*, is misspelt or incomplete\. Correct/,
    ],
    ['cut', ALICE.recipient.slice(0, 20), /age183w9pel66gw7pjll, is misspelt/],
    ['in capitals', ALICE.recipient.toUpperCase(), /"AGE1…", does not begin with age1/],
    ['of SSH', 'ssh-ed25519', /"ssh-…", does not begin with age1/],
    [
      'too short a key',
      'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqar9jk6',
      /is misspelt/,
    ],
    [
      'of another kind',
      'age1tag1q5zs2pg9q5zs2pg9q5zs2pg9q5zs2pg9q5zs2pg9q5zs2pg9q5zs2tr7tne',
      /is of the kind age1tag1…, only X25519/,
    ],
  ])('one that is %s is named', (_name, entry, message) => {
    const error = errorOf(() => parseRecipients(`${BOB.recipient},${entry}`));
    expect(error).toEqual(coded('key_invalid'));
    expect(error.message).toMatch(message);
  });

  test.each([ALICE.identity, ALICE.identity.toLowerCase(), `${BOB.recipient}${ALICE.identity}`])(
    'an identity among them is not repeated',
    (entry) => {
      const { message } = errorOf(() => parseRecipients(entry));
      expect(message).toMatch(/is an identity, which is secret/);
      expect(message.toUpperCase()).not.toContain(ALICE.identity.slice(16, 24));
    },
  );
});

describe('identity files', () => {
  test('as age-keygen writes them', () => {
    const text = `# created: 2026-01-01T00:00:00Z\n# public key: ${ALICE.recipient}\n${ALICE.identity}\n`;
    expect(parseIdentityFile(text)).toEqual([ALICE.identity]);
  });

  test('several, and lines of other systems', () => {
    expect(parseIdentityFile(`\r\n${ALICE.identity}\r\n\r\n ${BOB.identity}`)).toEqual([
      ALICE.identity,
      BOB.identity,
    ]);
  });

  test('the line of a wrong one is named, not a letter of it is repeated', () => {
    fc.assert(
      fc.property(
        fc.nat(ALICE.identity.length - 1),
        fc.constantFrom('Q', 'P', 'b', ' ', '1', '#'),
        (at, letter) => {
          const wrong = ALICE.identity.slice(0, at) + letter + ALICE.identity.slice(at + 1);
          fc.pre(wrong !== ALICE.identity && !wrong.startsWith('#') && wrong.trim() === wrong);
          const error = errorOf(() => parseIdentityFile(`# mine\n${wrong}\n`));
          expect(error).toEqual(coded('key_invalid'));
          expect(error.message).toBe(
            'Line 2 of the identity file is no identity of the form AGE-SECRET-KEY-1…, or is misspelt. Correct it and try again.',
          );
          expect(error.cause).toBeUndefined();
        },
      ),
    );
  });

  test.each([
    ['empty', '', /holds no identity/],
    ['a recipient', ALICE.recipient, /^Line 1 /],
    ['encrypted', 'age-encryption.org/v1\n-> scrypt', /is encrypted itself/],
    ['encrypted, in armor', '-----BEGIN AGE ENCRYPTED FILE-----', /is encrypted itself/],
    ['of another kind', 'AGE-PLUGIN-YUBIKEY-1QQPSGQQZ', /^Line 1 /],
  ])('one that is %s is refused', (_name, text, message) => {
    const error = errorOf(() => parseIdentityFile(text));
    expect(error).toEqual(coded('key_invalid'));
    expect(error.message).toMatch(message);
  });
});

test('an identity has its recipient', async () => {
  expect(await recipientOf(ALICE.identity)).toBe(ALICE.recipient);
  const made = await generateIdentity();
  expect(await recipientOf(made.identity)).toBe(made.recipient);
  expect(parseRecipients(made.recipient)).toEqual([made.recipient]);
  expect((await generateIdentity()).identity).not.toBe(made.identity);
});

test('what is no identity has none, and is not repeated', async () => {
  const wrong = `${ALICE.identity.slice(0, -1)}Q`;
  const error = await failureOf(recipientOf(wrong));
  expect(error).toEqual(coded('key_invalid'));
  expect(String(error)).not.toContain(ALICE.identity.slice(16, 24));
});

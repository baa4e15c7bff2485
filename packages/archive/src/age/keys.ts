import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { AgeError } from './age-error.ts';
import { decodeBech32 } from './bech32.ts';

const KEY_BYTES = 32;
const SHOWN_LETTERS = 4;

/**
 * Recipients apart by whitespace or commas; `#` begins a comment. Each once, in their order; none for an empty text.
 * Throws key_invalid and names the entry.
 */
export function parseRecipients(text: string): readonly string[] {
  const entries = withoutComments(text).flatMap((line) => line.split(/[\s,]+/).filter(Boolean));
  for (const [index, entry] of entries.entries()) recipientKey(entry, index);
  return [...new Set(entries)];
}

/** The identities of an identity file, as `age-keygen` writes it. Throws key_invalid, also when it holds none. */
export function parseIdentityFile(text: string): readonly string[] {
  if (/^\s*(age-encryption\.org\/|-----BEGIN AGE)/.test(text))
    throw new AgeError('key_invalid', 'The identity file is encrypted itself; it has to be opened first.');
  const identities = text.split('\n').flatMap((line, index) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return [];
    assertIdentity(entry, `Line ${index + 1} of the identity file`);
    return [entry];
  });
  if (identities.length === 0) throw new AgeError('key_invalid', 'The identity file holds no identity.');
  return identities;
}

/** A new key pair. Whoever has the identity reads everything that is encrypted to the recipient. */
export async function generateIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await recipientOf(identity) };
}

/** The public half. Throws key_invalid. */
export async function recipientOf(identity: string): Promise<string> {
  assertIdentity(identity, 'What was given as identity');
  return identityToRecipient(identity);
}

/** The X25519 public key that `age1…` stands for. */
export function recipientKey(entry: string, index: number): Buffer {
  const decoded = entry.startsWith('age1') ? decodeBech32(entry) : undefined;
  if (decoded?.prefix === 'age' && decoded.bytes.length === KEY_BYTES) return decoded.bytes;
  throw new AgeError(
    'key_invalid',
    `Recipient ${index + 1}, ${shown(entry)}, ${whyNoRecipient(entry, decoded)}.`,
  );
}

function whyNoRecipient(entry: string, decoded: ReturnType<typeof decodeBech32>): string {
  if (/SECRET/i.test(entry)) return 'is an identity, which is secret: give the recipient that belongs to it';
  if (decoded && decoded.prefix !== 'age')
    return `is of the kind ${decoded.prefix}1…, only X25519 is supported`;
  return entry.startsWith('age1') ? 'is misspelt or incomplete' : 'does not begin with age1';
}

/** Only what looks public is repeated. */
const shown = (entry: string): string =>
  /^age1[a-z\d]*$/.test(entry) ? entry : `"${entry.slice(0, SHOWN_LETTERS)}…"`;

/** Throws key_invalid without a letter of it. */
export function assertIdentity(entry: string, what: string): void {
  const decoded = entry.startsWith('AGE-SECRET-KEY-1') ? decodeBech32(entry) : undefined;
  if (decoded?.prefix === 'age-secret-key-' && decoded.bytes.length === KEY_BYTES) return;
  throw new AgeError('key_invalid', `${what} is no identity of the form AGE-SECRET-KEY-1…, or is misspelt.`);
}

const withoutComments = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.replace(/#.*/s, ''));

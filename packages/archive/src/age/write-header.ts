import {
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { AgeError } from './age-error.ts';
import { seal } from './aead.ts';
import { VERSION_LINE } from './find-header.ts';
import { recipientKey } from './keys.ts';

export const FILE_KEY_BYTES = 16;
const WRAP_INFO = 'age-encryption.org/v1/X25519';
/** A wrap key is used once, so its nonce may be fixed. */
export const WRAP_NONCE = Buffer.alloc(12);
/** Each takes about 100 bytes, and a header has at most MAX_HEADER_BYTES. */
const MAX_RECIPIENTS = 500;

/**
 * A header that gives `fileKey` to the recipients. By hand: the library makes headers for file keys of its own only.
 * Throws key_missing without recipients, key_invalid for what is none.
 */
export function writeHeader(fileKey: Uint8Array, recipients: readonly string[]): Buffer {
  if (recipients.length === 0) throw new AgeError('key_missing', 'There is no recipient to encrypt for.');
  if (recipients.length > MAX_RECIPIENTS)
    throw new AgeError('key_invalid', `${recipients.length} recipients are more than ${MAX_RECIPIENTS}.`);
  const stanzas = recipients.map((recipient, index) => stanzaFor(fileKey, recipient, index));
  const authenticated = `${VERSION_LINE}${stanzas.join('')}---`;
  const macKey = Buffer.from(hkdfSync('sha256', fileKey, '', 'header', 32));
  const mac = createHmac('sha256', macKey).update(authenticated).digest();
  return Buffer.from(`${authenticated} ${base64(mac)}\n`, 'latin1');
}

/** 32 bytes of body fit into one line, which is short enough to be the last. */
function stanzaFor(fileKey: Uint8Array, recipient: string, index: number): string {
  const theirKey = recipientKey(recipient, index);
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const share = rawKey(publicKey);
  const salt = Buffer.concat([share, theirKey]);
  const wrapKey = Buffer.from(
    hkdfSync('sha256', sharedSecret(privateKey, theirKey, recipient, index), salt, WRAP_INFO, 32),
  );
  return `-> X25519 ${base64(share)}\n${base64(Buffer.concat(seal(wrapKey, WRAP_NONCE, fileKey)))}\n`;
}

function sharedSecret(privateKey: KeyObject, theirKey: Buffer, recipient: string, index: number): Buffer {
  const jwk = { kty: 'OKP', crv: 'X25519', x: theirKey.toString('base64url') };
  try {
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) });
  } catch (cause) {
    // A point of low order: the secret would be the same for everybody.
    throw new AgeError('key_invalid', `Recipient ${index + 1}, ${recipient}, is not a safe key.`, { cause });
  }
}

const rawKey = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

/** As the format has it, without padding. */
export const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

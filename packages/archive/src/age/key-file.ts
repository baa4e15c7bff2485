import { armor, Decrypter, Encrypter, Stanza, type Identity, type Recipient } from 'age-encryption';
import { randomBytes, scrypt } from 'node:crypto';
import { AgeError } from './age-error.ts';
import { open, seal } from './aead.ts';
import { findHeader } from './find-header.ts';
import { parseIdentityFile, recipientOf } from './keys.ts';
import { decryptHeader } from './open-header.ts';
import { openChunks, PAYLOAD_NONCE_BYTES, payloadOf } from './payload.ts';
import { base64, WRAP_NONCE } from './write-header.ts';

const SCRYPT_LABEL = 'age-encryption.org/v1/scrypt';
const SALT_BYTES = 16;
const SEALED_FILE_KEY_BYTES = 32;
/** 2^18 rounds take about a second and 256 MiB, as in the age program: a thief pays that for every guess. */
const WORK_FACTOR_LOG2 = 18;
/** 1 GiB. A file must not make us take more memory than a machine has. */
const MAX_WORK_FACTOR_LOG2 = 20;

/**
 * `repository.key.age`: an identity file, encrypted with a passphrase. `age -d` opens it, and `age -i` takes it as it is.
 * About a second and 256 MiB, on a thread of its own. Throws key_invalid, and key_missing without a passphrase.
 */
export async function sealIdentity(identity: string, passphrase: string): Promise<Uint8Array> {
  const recipient = await recipientOf(identity);
  assertPassphrase(passphrase);
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase));
  return encrypter.encrypt(`# public key: ${recipient}\n${identity}\n`);
}

/** The identity in such a file, also in one in text armor. Throws key_wrong for a wrong passphrase, and AgeError. */
export async function unsealIdentity(file: Uint8Array, passphrase: string): Promise<string> {
  assertPassphrase(passphrase);
  const bytes = withoutArmor(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  const headerBytes = findHeader(bytes, true) ?? 0;
  const decrypter = new Decrypter();
  decrypter.addIdentity(passphraseIdentity(passphrase));
  const fileKey = await decryptHeader(decrypter, bytes.subarray(0, headerBytes));
  const payloadAt = headerBytes + PAYLOAD_NONCE_BYTES;
  if (bytes.length < payloadAt)
    throw new AgeError(
      'archive_truncated',
      `The key file ends at byte ${bytes.length}, right after its header.`,
    );
  const payload = payloadOf(fileKey, bytes.subarray(headerBytes, payloadAt), payloadAt);
  const text = openChunks(payload, 0, bytes.subarray(payloadAt), true).toString();
  const [identity, ...others] = parseIdentityFile(text);
  if (identity === undefined || others.length > 0)
    throw new AgeError('key_invalid', `The key file holds ${others.length + 1} identities instead of one.`);
  return identity;
}

/** Node's scrypt instead of the library's, which would stand in everybody's way for the whole second. */
function passphraseKey(passphrase: string, salt: Uint8Array, workFactorLog2: number): Promise<Buffer> {
  const options = { N: 2 ** workFactorLog2, r: 8, p: 1, maxmem: 2 ** (workFactorLog2 + 10) + 2 ** 24 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.concat([Buffer.from(SCRYPT_LABEL), salt]), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

const passphraseRecipient = (passphrase: string): Recipient => ({
  wrapFileKey: async (fileKey) => {
    const salt = randomBytes(SALT_BYTES);
    const key = await passphraseKey(passphrase, salt, WORK_FACTOR_LOG2);
    const body = Buffer.concat(seal(key, WRAP_NONCE, fileKey));
    return [new Stanza(['scrypt', base64(salt), String(WORK_FACTOR_LOG2)], body)];
  },
});

const passphraseIdentity = (passphrase: string): Identity => ({
  unwrapFileKey: async (stanzas) => {
    const [stanza] = stanzas;
    if (stanzas.length !== 1 || stanza?.args[0] !== 'scrypt')
      throw new AgeError('key_invalid', 'The key file is not one that a passphrase opens.');
    const { salt, workFactorLog2 } = parseScryptStanza(stanza);
    const fileKey = open(await passphraseKey(passphrase, salt, workFactorLog2), WRAP_NONCE, stanza.body);
    if (!fileKey) throw new AgeError('key_wrong', 'The passphrase does not open the key file.');
    return fileKey;
  },
});

/** The length of the body is fixed, so that no file can be made that several passphrases open. */
function parseScryptStanza({ args, body }: Stanza): {
  readonly salt: Buffer;
  readonly workFactorLog2: number;
} {
  const [, saltText = '', workFactorText = ''] = args;
  const salt = Buffer.from(saltText, 'base64');
  const isWhole =
    args.length === 3 &&
    salt.length === SALT_BYTES &&
    base64(salt) === saltText &&
    /^[1-9]\d{0,2}$/.test(workFactorText) &&
    body.length === SEALED_FILE_KEY_BYTES;
  if (!isWhole) throw new AgeError('archive_corrupt', 'The header of the key file was changed.');
  const workFactorLog2 = Number(workFactorText);
  if (workFactorLog2 > MAX_WORK_FACTOR_LOG2)
    throw new AgeError(
      'key_invalid',
      `The key file asks for scrypt with 2^${workFactorLog2} rounds, more than 2^${MAX_WORK_FACTOR_LOG2}.`,
    );
  return { salt, workFactorLog2 };
}

function withoutArmor(file: Buffer): Buffer {
  const text = file.toString('latin1');
  if (!text.trimStart().startsWith('-----BEGIN AGE')) return file;
  try {
    return Buffer.from(armor.decode(text));
  } catch (cause) {
    throw new AgeError('archive_corrupt', 'The text armor of the key file is not whole.', { cause });
  }
}

function assertPassphrase(passphrase: string): void {
  if (passphrase === '') throw new AgeError('key_missing', 'No passphrase is given.');
}

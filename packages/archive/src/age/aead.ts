import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const CIPHER = 'chacha20-poly1305';
export const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

/** The one cipher of the format, for chunks and wrapped keys. The tag follows what it protects. */
export function seal(
  key: KeyObject | Uint8Array,
  nonce: Uint8Array,
  plain: Uint8Array,
): readonly [Buffer, Buffer] {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  const body = cipher.update(plain);
  cipher.final();
  return [body, cipher.getAuthTag()];
}

/** Undefined for what was not sealed with this key and nonce, to the last bit. */
export function open(key: KeyObject | Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return undefined; // the only thing that it tells is that the tag does not fit
  }
  return plain;
}

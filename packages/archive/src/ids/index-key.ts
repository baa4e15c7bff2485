import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { IdsError } from './ids-error.ts';

const KEY_BYTES = 32;
/** A 128-bit value of a keyed function: of a petabyte's chunks no two get the same one by chance (2^-64). */
export const ID_BYTES = 16;
export const FINGERPRINT_BYTES = 8;

/** What seals the ids of chunks. Whoever has it can tell whether a chunk that he has is in a backup, and read none. */
export type IndexKey = {
  /** 16 hexadecimal digits that tell it from others and give nothing of it away. */
  readonly fingerprint: string;
  /** What a chunk with this hash is called; the same with the same key for ever. */
  idOf(sha256: Uint8Array): Buffer;
  /** The key of one file, bound to every byte of its head. */
  fileKey(head: Uint8Array): KeyObject;
};

/** 32 bytes as 64 hexadecimal digits or in base64 (with or without padding), white space around them. Throws key_invalid. */
export function parseIndexKey(text: string): IndexKey {
  const bytes = decode(text.trim());
  if (bytes?.length !== KEY_BYTES)
    throw new IdsError('key_invalid', 'The index key is not one: it does not hold 32 bytes.');
  if (new Set(bytes).size === 1)
    throw new IdsError('key_invalid', 'The index key is 32 times the same byte, which is not random.');
  // A key for each purpose: what is known of one tells nothing of the others.
  const derive = (purpose: string, salt: Uint8Array, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', bytes, salt, `holdfast ids v1 ${purpose}`, length));
  const none = Buffer.alloc(0);
  const idKey = createSecretKey(derive('chunk id', none, 32));
  return {
    fingerprint: derive('fingerprint', none, FINGERPRINT_BYTES).toString('hex'),
    idOf: (sha256) => createHmac('sha256', idKey).update(sha256).digest().subarray(0, ID_BYTES),
    fileKey: (head) => createSecretKey(derive('file', head, 32)),
  };
}

function decode(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

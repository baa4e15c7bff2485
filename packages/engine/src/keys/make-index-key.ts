import { randomBytes } from 'node:crypto';
import { parseIndexKey } from '@holdfast/archive';

const INDEX_KEY_BYTES = 32;

/** A new index key as it stands in a file, and what tells it from others. */
export function makeIndexKey(): { readonly text: string; readonly fingerprint: string } {
  const text = randomBytes(INDEX_KEY_BYTES).toString('base64');
  return { text, fingerprint: parseIndexKey(text).fingerprint };
}
